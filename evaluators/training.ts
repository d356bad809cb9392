/**
 * Trains the proposed architecture from its first weights, and measures it on the validation images.
 *
 * The same architecture, dataset, settings and training seed give the same accuracy on one backend.
 * The training seed is the run's where the manifest does not say: set it, and the search is of one
 * fixed function, as of a table. The test accuracy is that of a training of the answer for the report;
 * no test image is looked at before.
 *
 * A lower fidelity is a training of its own, with fewer epochs. One that is ended early has the accuracy that it had
 * come to, and its learning rate had not fallen to 0 by then.
 *
 * What is charged for a query is the wall time of its training. It alone differs from one machine or
 * moment to the next; a budget of queries, or `"charge": "nothing"`, makes results repeat to the byte.
 *
 * @module
 */
import { fidelityInvalid, networkMissing } from "../core/errors/index.ts";
import type { Metric } from "../core/plugin/metric.ts";
import { plugin } from "../core/plugin/plugin.ts";
import { epochInWords, ProgressLine } from "../core/record/progress-line.ts";
import { live } from "../core/space/network.ts";
import { datasetSchema } from "../core/training/dataset-spec.ts";
import { BACKEND_DETAILS, backendOptions, backendProperties, trainingSchema } from "../core/training/settings.ts";
import type { EpochResult, TrainingObserver, TrainingRequest } from "../core/training/trainer.ts";
import { workloadOf } from "../core/training/workload.ts";

export default plugin({
  kind: "evaluator",
  name: "training",
  summary: "Trains architectures, in threads of their own",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["dataset"],
    properties: {
      dataset: datasetSchema,
      training: { ...trainingSchema, default: {}, description: "how each network is trained" },
      seed: {
        type: "integer",
        minimum: 0,
        maximum: 2 ** 48,
        description: "of the first weights, the order of the images and their augmentation; default: the run's seed",
      },
      fidelities: {
        type: "array",
        uniqueItems: true,
        items: { type: "integer", minimum: 1, maximum: 100_000 },
        description: "fewer epochs that a controller may train for as well, for example [1, 3]; default: none",
      },
      parallel: {
        type: "integer",
        minimum: 1,
        maximum: 1024,
        default: 1,
        description: "trainings of a run at a time, where the controller allows it; of all runs, as many as there are processors",
      },
      ...backendProperties,
      charge: {
        enum: ["measured", "nothing"],
        default: "measured",
        description: "what a query costs: the seconds that its training took, or nothing",
      },
    },
  },
  failures: { retries: 0, remedy: "reject" }, // what diverges does so again
  // But for how many proposals are under way, and the version of the backend, which the digest has.
  outsideDigest: ["parallel", ...BACKEND_DETAILS],
  needs: ["space", "trainer", "seed", "terminal", "clock"],
  async create(options, { space, trainer, seed: runSeed, terminal, clock }) {
    const { dataset, training: settings, fidelities = [], charge, parallel, seed } = options;
    const excess = fidelities.find((epochs) => epochs >= settings.epochs);
    if (excess !== undefined) throw fidelityInvalid(excess, settings.epochs, "/evaluator/options/training/epochs");
    if (!space.network) throw networkMissing();
    const notes = new ProgressLine(terminal, clock);
    const say = (line: string) => notes.say(`training: ${line}`);
    const { summary, backend } = await trainer.prepare(dataset, backendOptions(options), workloadOf(space, settings), say);
    const note = (result: EpochResult, epochs: number) => {
      const { validation } = result;
      const accuracy = validation === undefined ? "" : `, validation ${validation.toFixed(2)}`;
      notes.show(() => `training: ${epochInWords(result, epochs)}${accuracy}`);
    };
    const train = (
      architecture: readonly number[],
      epochs: number,
      wanted: Pick<TrainingRequest, "test" | "keep">,
      { epoch: follow, signal }: TrainingObserver = {},
    ) => {
      const request = {
        network: space.network!(architecture),
        dataset,
        settings: { ...settings, epochs },
        seed: seed ?? runSeed,
        ...backend,
      };
      const epoch = (result: EpochResult) => {
        note(result, epochs);
        return follow?.(result);
      };
      return trainer.train({ ...request, ...wanted }, { epoch, note: say, ...(signal && { signal }) });
    };
    const metric: Metric = {
      name: "accuracy",
      dataset: summary.name,
      split: "validation",
      epochs: settings.epochs,
      trainedOn: "train",
      unit: "percent",
    };
    return {
      metric,
      fidelities: [...fidelities, settings.epochs].sort((a, b) => a - b),
      concurrency: parallel,
      places: trainer.places,
      async evaluate(architecture, fidelity = settings.epochs, { progress, signal }) {
        const epoch = ({ epoch, validation }: EpochResult) => validation === undefined || progress({ epoch, value: validation });
        const { epochs, seconds } = await train(architecture, fidelity, { test: false }, { epoch, signal });
        const last = epochs.at(-1)!;
        return {
          score: last.validation!,
          seconds: charge === "measured" ? seconds : 0,
          ...(last.epoch < fidelity && { stoppedAfter: last.epoch }),
        };
      },
      async trained(architecture, more) {
        const { weights } = await train(architecture, settings.epochs + more, { keep: true });
        return { network: live(space.network!(architecture)), weights: weights! };
      },
      async test(architecture) {
        const { epochs } = await train(architecture, settings.epochs, { test: true });
        return { metric: { ...metric, split: "test" }, value: epochs.at(-1)!.test! };
      },
    };
  },
});
