/**
 * Trains a supernet, whose sub-networks share weights, and measures architectures by these, untrained
 * otherwise: Algorithm 1, line 1. It is trained once, before the first query, kept, and found again
 * by every run and every other manifest that asks for the same.
 *
 * | sampling    | each step trains                                        | from                                            |
 * | ----------- | ------------------------------------------------------- | ----------------------------------------------- |
 * | uniform     | random sub-networks                                     | Guo et al. 2020, arXiv:1904.00420               |
 * | fair        | as many as there are operations, each once per component | Chu et al. 2019, arXiv:1907.01845, Algorithm 1 |
 * | progressive | the full network, then smaller and smaller ones          | Cai et al. 2020, arXiv:1908.09791, Section 3.3 |
 *
 * What a query costs is the wall time of measuring, or nothing; the training is not charged, as in the
 * paper. Test accuracy is of the shared weights, too, and measured for the answer only.
 *
 * Different from the papers: a weight learns from the mean of the gradients of a step's sub-networks (see
 * training/supernet/supernet.ts); their normalisations always take their moments anew.
 *
 * @module
 */
import type { Metric } from "../core/plugin/metric.ts";
import { plugin } from "../core/plugin/plugin.ts";
import { epochInWords, ProgressLine } from "../core/record/progress-line.ts";
import { datasetSchema } from "../core/training/dataset-spec.ts";
import { TENSORFLOW_BACKENDS, type TensorflowBackend } from "../core/training/settings.ts";
import { planSupernet, SAMPLINGS, supernetTrainingSchema } from "../core/training/supernet.ts";
import { workloadOf } from "../core/training/workload.ts";

export default plugin({
  kind: "evaluator",
  name: "supernet",
  summary: "Measures architectures by the shared weights of a supernet, which it trains once",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["dataset"],
    properties: {
      dataset: datasetSchema,
      training: {
        ...supernetTrainingSchema,
        default: {},
        description: "how the supernet is trained; of progressive shrinking, the first phase",
      },
      sampling: { enum: SAMPLINGS, default: "uniform", description: "which sub-networks a step trains" },
      perStep: { type: "integer", minimum: 1, maximum: 1024, default: 1, description: "sub-networks in a step, but of fair sampling" },
      shrinking: {
        type: "object",
        additionalProperties: false,
        default: {},
        description: "the phases of progressive shrinking after the first",
        properties: {
          epochs: { type: "integer", minimum: 1, maximum: 100_000, default: 12, description: "of each phase" },
          learningRate: {
            type: "number",
            exclusiveMinimum: 0,
            maximum: 100,
            default: 0.03,
            description: "of the first step of each phase, and where evoke export trains a sub-network on",
          },
          distillation: {
            type: "number",
            minimum: 0,
            maximum: 1,
            default: 0.5,
            description: "how much is learnt from the scores of the full network, and not from the labels",
          },
        },
      },
      calibration: {
        type: "integer",
        minimum: 1,
        maximum: 10_000,
        default: 4,
        description: "batches of 200 training images that a sub-network's normalisations take their moments from",
      },
      seed: {
        type: "integer",
        minimum: 0,
        maximum: 2 ** 48,
        default: 1,
        description:
          "of the first weights, the sub-networks, the images' order and augmentation; not the run's: all runs have one supernet",
      },
      parallel: {
        type: "integer",
        minimum: 1,
        maximum: 1024,
        default: 1,
        description: "measurements of a run at a time, where the controller allows it; of all runs, as many as there are processors",
      },
      backend: { enum: ["fastest", ...TENSORFLOW_BACKENDS], default: "fastest", description: "of TensorFlow.js; see evoke doctor" },
      charge: {
        enum: ["measured", "nothing"],
        default: "measured",
        description: "what a query costs: the seconds that measuring took, or nothing",
      },
      folder: {
        type: "string",
        minLength: 1,
        description: "where supernets are kept, relative to the manifest; default: supernets in Evoke's own folder, see evoke doctor",
      },
    },
  },
  outsideDigest: ["parallel"], // but for how many proposals are under way, which the digest has
  needs: ["space", "trainer", "terminal", "clock"],
  async create(options, { space, trainer, terminal, clock }) {
    const { dataset, training: settings, calibration, charge, folder, parallel, seed } = options;
    const plan = planSupernet(space, { ...options, settings });
    const notes = new ProgressLine(terminal, clock);
    const say = (line: string) => notes.say(`supernet: ${line}`);
    const { summary, backend: chosen } = await trainer.prepare(
      dataset,
      { backend: options.backend },
      workloadOf(space, settings, true),
      say,
    );
    const backend = chosen.backend as TensorflowBackend; // no other trains supernets

    const epochs = plan.phases.reduce((sum, phase) => sum + phase.epochs, 0);
    const supernet = await trainer.supernet(
      { dataset, settings, seed, backend, calibration, folder, ...plan },
      {
        epoch: (result) => notes.show(() => `supernet: ${epochInWords(result, epochs, result.phase)}`, result.epoch === epochs),
        note: say,
      },
    );
    const metric: Metric = {
      name: "accuracy",
      dataset: summary.name,
      split: "validation",
      epochs,
      trainedOn: "train, with shared weights",
      unit: "percent",
    };
    return {
      metric,
      concurrency: parallel,
      places: trainer.places,
      prepare: () => supernet.train(),
      async evaluate(architecture) {
        const { validation: score, seconds } = await supernet.evaluate(space.network!(architecture));
        return { score, seconds: charge === "measured" ? seconds : 0 };
      },
      async trained(architecture, epochs) {
        const extracted = await supernet.extract(space.network!(architecture));
        if (epochs === 0) return extracted;
        const finely = { ...settings, epochs, learningRate: options.shrinking.learningRate, validateEvery: epochs };
        const request = { network: extracted.network, dataset, settings: finely, seed, backend, first: extracted.weights, keep: true };
        const { weights } = await trainer.train(request, {
          epoch(result) {
            notes.show(() => `fine-tuning: ${epochInWords(result, epochs)}`, result.epoch === epochs);
            return true;
          },
          note: (line) => notes.say(`fine-tuning: ${line}`),
        });
        return { ...extracted, weights: weights! };
      },
      async test(architecture) {
        return { metric: { ...metric, split: "test" }, value: await supernet.test(space.network!(architecture)) };
      },
    };
  },
});
