/**
 * Predicts the accuracy of architectures with a perceptron from a file: Once-for-All's predictor, as it is published
 * (`acc_predictor.pth`, or the same arrays as an .npz), or one that `evoke fit` has made, which says itself what it
 * is for.
 *
 * Once-for-All (Cai et al. 2020, arXiv:1908.09791): 128-400-400-400-1 with ReLU, on the space `mobilenet`. Its input:
 *
 * | index     | what is 1 there                                              |
 * | --------- | ------------------------------------------------------------ |
 * | 0 … 59    | the kernel, 3, 5 or 7, of each of the 20 layers              |
 * | 60 … 119  | the expansion, 3, 4 or 6, of each layer; absent ones have none |
 * | 120 … 127 | the resolution of the images, 112, 128, … 224                |
 *
 * Its output is a fraction of 10,000 images held out from ImageNet's training set; here in percent.
 *
 * A query costs nothing, and there is no test metric: predictions say nothing of test images. In 32-bit floats, the same
 * on every runtime (core/predictor/mlp.ts).
 *
 * @module
 */
import { predictorInvalid, predictorMismatch } from "../core/errors/index.ts";
import type { Metric } from "../core/plugin/metric.ts";
import { plugin } from "../core/plugin/plugin.ts";
import type { Space } from "../core/plugin/space.ts";
import { MLP } from "../core/predictor/mlp.ts";
import {
  choicesOf,
  PREDICTOR_FILE,
  type PredictorContents,
  type PredictorDescription,
  readPredictor,
} from "../core/predictor/predictor-file.ts";
import type { Architecture } from "../core/space/architecture.ts";
import { OneHot, operationsOf } from "../core/space/choices.ts";
import { ComputedEncoding, encodingOf, onesOf } from "../core/space/encoding.ts";

const RESOLUTIONS = [112, 128, 144, 160, 176, 192, 208, 224] as const;
/** L of Once-for-All, choices of the kernel and of the expansion, and what they are called together. */
const [LAYERS, KERNELS, EXPANSIONS] = [20, [3, 5, 7], [3, 4, 6]] as const;
const OPERATIONS = ["absent", ...KERNELS.flatMap((kernel) => EXPANSIONS.map((expansion) => `k${kernel} e${expansion}`))];
/** Where the expansions and the resolutions begin, and inputs in all. */
const [EXPANSION, RESOLUTION, INPUTS] = [60, 120, 128];
const IMAGENET: Metric = {
  name: "predicted accuracy",
  dataset: "imagenet",
  split: "validation",
  epochs: 0,
  trainedOn: "train",
  unit: "percent",
};

export default plugin({
  kind: "evaluator",
  name: "predictor",
  summary: "Predicts accuracies with a perceptron: Once-for-All's, or one that evoke fit has made",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["file"],
    properties: {
      file: {
        type: "string",
        minLength: 1,
        examples: ["predictor.npz"],
        description: "an .npz, or a .pth of PyTorch, relative to the manifest; nothing in it is run",
      },
      resolution: {
        enum: RESOLUTIONS,
        description: "height and width of the images, for Once-for-All's predictor only; default: 224",
      },
    },
  },
  needs: ["files", "space", "engine"],
  async create({ file, resolution }, { files, space, engine }) {
    const { layers, description } = readPredictor(await files.read(file, PREDICTOR_FILE), file);
    const onceForAll = description === undefined;
    const ones = onceForAll ? onceForAllOnes(file, layers, space, resolution) : describedOnes(file, description, space, resolution);
    const perceptron = new MLP(engine, layers);
    const predict = (architecture: Architecture) => {
      engine.begin();
      return engine.read(perceptron.forward(1, onesOf([ones(architecture)])))[0]!;
    };
    if (description) checkExample(file, description, space, predict);
    return {
      metric: description ? { ...description.metric, name: `predicted ${description.metric.name}` } : IMAGENET,
      evaluate: (architecture) => ({ score: predict(architecture) * (onceForAll ? 100 : 1), seconds: 0 }),
    };
  },
});

/** Where an input is 1 for an architecture. */
type Ones = (architecture: Architecture) => readonly number[];

function onceForAllOnes(file: string, layers: PredictorContents["layers"], space: Space, resolution = 224): Ones {
  const { inputs } = layers[0]!;
  if (inputs !== INPUTS)
    throw predictorInvalid(file, `it has no description, and ${inputs} inputs, where Once-for-All's predictor has ${INPUTS}`);
  if (space.length !== LAYERS || operationsOf(space)?.join() !== OPERATIONS.join())
    throw predictorMismatch(file, 'it has no description, so it is Once-for-All\'s, for the space "mobilenet" with its 5 units');
  return (architecture) => {
    const ones = [RESOLUTION + (resolution - RESOLUTIONS[0]) / 16];
    for (const [layer, operation] of architecture.entries()) {
      if (operation === 0) continue;
      const [kernel, expansion] = [Math.floor((operation - 1) / EXPANSIONS.length), (operation - 1) % EXPANSIONS.length];
      ones.push(layer * KERNELS.length + kernel, EXPANSION + layer * EXPANSIONS.length + expansion);
    }
    return ones;
  };
}

function describedOnes(file: string, description: PredictorDescription, space: Space, resolution?: number): Ones {
  const choices = choicesOf(description);
  if (JSON.stringify(space.choices) !== JSON.stringify(choices)) {
    const counts = [...new Set(choices.map((own) => own.length))].join(" or ");
    throw predictorMismatch(
      file,
      `it is for ${choices.length} components of ${counts} operations, of the space "${description.space.use}"`,
    );
  }
  if (resolution !== undefined) throw predictorInvalid(file, "it knows nothing of resolutions: leave /evaluator/options/resolution out");
  const { features } = description;
  const encoding = features?.known ? new ComputedEncoding(space, features.known) : features && encodingOf(space, features.shown);
  if (encoding) return (architecture) => encoding.of(architecture);
  const oneHot = new OneHot(space);
  return (architecture) => oneHot.ones(architecture);
}

/** Finds out whether the space writes architectures as that of the predictor did. */
function checkExample(file: string, { example, space: { use } }: PredictorDescription, space: Space, predict: (a: Architecture) => number) {
  let prediction = Number.NaN;
  try {
    prediction = predict(space.decode(example.architecture));
  } catch {
    // Told below, with what the predictor is for.
  }
  if (prediction !== example.prediction)
    throw predictorMismatch(
      file,
      `its example ${example.architecture}, of the space "${use}", is not predicted as it was when it was made`,
    );
}
