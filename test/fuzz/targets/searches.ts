/** Searches by all plugins whose evaluations are quick, with options grown from their schemas: each ends, or is refused in words. */
import { runExperiment } from "../../../app/host/index.ts";
import { experiments } from "../experiments.ts";
import { target, WrongResult } from "../target.ts";

/** Those that need programs, images or predictors; a space that is written is another target. */
const SLOW = ["command", "predictor", "supernet", "training", "told", "latency-limit", "from-run", "choices"];

export default target<object>({
  name: "searches",
  inputs: () => experiments(({ name, needs }) => !SLOW.includes(name) && !needs.includes("sharedWeights"), { wrong: false }),
  async act(manifest) {
    const { failed = [] } = await runExperiment(manifest, { workers: 1 });
    for (const { reason } of failed)
      if (!/^Cannot /.test(reason) || /its \w+\(\) |its code threw|\n {2}Thrown at/.test(reason)) throw new WrongResult(reason);
  },
});
