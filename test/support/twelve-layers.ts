/** A space in its own words: twelve layers that may be absent, each with a kernel and a width, and a resolution. @module */
export const twelveLayers = {
  components: [
    { name: "resolution", choices: [8, 4] },
    {
      repeat: 12,
      components: [
        { name: "layer #", choices: ["present", "absent"] },
        { name: "kernel #", choices: [1, 3, 5], when: { "layer #": "present" } },
        { name: "width #", choices: [8, 12, 16], when: { "layer #": "present" } },
      ],
    },
  ],
  costs: {
    milliseconds: {
      unit: "ms",
      base: 1,
      tables: [
        {
          of: ["kernel #", "width #"],
          values: { 1: { 8: 0.1, 12: 0.2, 16: 0.3 }, 3: { 8: 0.2, 12: 0.3, 16: 0.4 }, 5: { 8: 0.4, 12: 0.5, 16: 0.6 } },
        },
      ],
    },
  },
  network: [
    { when: { resolution: 4 }, layers: [{ "average-pool": { kernel: 2, stride: 2 } }] },
    { convolution: { kernel: 3, channels: 8 } },
    "batchNorm",
    {
      repeat: 12,
      layers: [
        {
          when: { "layer #": "present" },
          layers: [{ residual: [{ activation: "relu" }, { convolution: { kernel: "$kernel #", channels: "$width #" } }, "batchNorm"] }],
        },
      ],
    },
    { activation: "relu" },
    "global-average-pool",
    "classifier",
  ],
  imageSize: 8,
  imageChannels: 1,
  classes: 10,
};
