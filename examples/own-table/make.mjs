/**
 * Writes losses.csv: 1,000 small text classifiers with a loss, as a benchmark of trainings would have them. Nothing was
 * trained: the numbers come from the formula below.
 *
 *   node examples/own-table/make.mjs > examples/own-table/losses.csv
 */
import process from "node:process";

const KERNELS = [1, 3, 5, 7, 9];
const WIDTHS = [16, 32, 64, 128, 256];
const DEPTHS = [2, 3, 4, 5, 6];
const ACTIVATIONS = ["relu", "gelu", "silu", "tanh"];
const SKIPS = ["no", "yes"];

/** Numbers from 0 to 1 that follow from the seed (mulberry32, by Tommy Ettinger, public domain). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The loss in nats: wider is better until the network is too large for its data, kernels and depths have a best value that
 * depends on each other, and deep networks need skips.
 */
function loss(kernel, width, depth, activation, skip) {
  const reach = (kernel - 1) * depth; // words that the last layer sees
  const fit = 0.07 * Math.sqrt(Math.abs(reach - 22));
  const capacity = 0.9 / Math.log2(width);
  const overfitting = 0.0000011 * width * width * depth;
  const vanishing = skip === "yes" ? 0.02 : 0.03 * (depth - 2);
  return 0.31 + fit + capacity + overfitting + vanishing + { relu: 0.03, gelu: 0, silu: 0.01, tanh: 0.06 }[activation];
}

const next = random(1);
/** Nearly normal, of deviation 1: the sum of twelve uniform numbers, less 6. */
const noise = () => Array.from({ length: 12 }, next).reduce((sum, one) => sum + one, -6);

const lines = ["kernel,width,depth,activation,skip,val_loss_seed1,val_loss_seed2,val_loss_seed3,test_loss,latency_ms,train_minutes"];
for (const kernel of KERNELS)
  for (const width of WIDTHS)
    for (const depth of DEPTHS)
      for (const activation of ACTIVATIONS)
        for (const skip of SKIPS) {
          const exact = loss(kernel, width, depth, activation, skip);
          const seeds = [1, 2, 3].map(() => (exact + 0.006 * noise()).toFixed(4));
          const test = (exact + 0.02 + 0.004 * noise()).toFixed(4);
          const work = kernel * width * width * depth;
          const latency = (0.4 + 0.15 * depth + work / 900_000 + (skip === "yes" ? 0.03 * depth : 0)).toFixed(3);
          const minutes = (1.5 + work / 500_000 + 0.1 * next()).toFixed(2);
          lines.push([kernel, width, depth, activation, skip, ...seeds, test, latency, minutes].join(","));
        }
process.stdout.write(`${lines.join("\n")}\n`);
