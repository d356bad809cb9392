/**
 * A chain of layers, each a convolution with a kernel of its own, or left out. All combinations are architectures, written
 * as 3x3-skip-5x5-1x1.
 *
 * The network: a 3×3 convolution, those of the layers, global average pool, linear classifier. Each convolution is followed
 * by batch normalisation and ReLU.
 *
 * @module
 */
import { architectureInvalid, plugin } from "evoke-nas";
import { freeChoices, NetworkWriter } from "evoke-nas/toolkit";

const CHOICES = ["skip", "1x1", "3x3", "5x5"];
/** Of each choice. */
const KERNELS = [0, 1, 3, 5];

export default plugin({
  kind: "space",
  name: "layer-chain",
  summary: "A chain of convolutions, each with a kernel of its own or left out",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      layers: { type: "integer", minimum: 1, maximum: 100, default: 6, description: "L: layers of the chain" },
      channels: { type: "integer", minimum: 1, maximum: 1024, default: 8, description: "of each layer" },
      imageSize: { type: "integer", minimum: 1, maximum: 4096, default: 8, description: "height and width of the input" },
      imageChannels: { type: "integer", minimum: 1, maximum: 4096, default: 1, description: "channels of the input" },
      classes: { type: "integer", minimum: 2, maximum: 65_536, default: 10, description: "outputs of the classifier" },
    },
  },
  needs: [],
  create({ layers, channels, imageSize, imageChannels, classes }) {
    const free = freeChoices(Array.from({ length: layers }, () => CHOICES));
    return {
      ...free, // length, choices, size, sample, contains, modify, neighbours
      components: Array.from({ length: layers }, (_, layer) => `layer ${layer + 1}`),
      encode: (architecture) => architecture.map((choice) => CHOICES[choice]).join("-"),
      decode(text) {
        const architecture = text.split("-").map((choice) => CHOICES.indexOf(choice));
        if (free.contains(architecture)) return architecture;
        throw architectureInvalid("layer-chain", text, `${layers} of ${CHOICES.join(", ")}, with hyphens between`);
      },
      functionKey: (architecture) => architecture.join(),
      network(architecture) {
        const net = new NetworkWriter([imageSize, imageSize, imageChannels]);
        let last = net.image;
        for (const [layer, kernel] of [3, ...architecture.map((choice) => KERNELS[choice])].entries()) {
          if (kernel === 0) continue;
          const name = `layer ${layer}`; // what its weights are called, where networks share weights
          last = net.activation(net.batchNorm(net.convolution(last, kernel, channels, 1, name), name), "relu");
        }
        net.linear(net.globalAveragePool(last), classes, "classifier");
        return net.network();
      },
    };
  },
});
