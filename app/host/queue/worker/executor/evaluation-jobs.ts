/** Tries of evaluations, and tests of answers, in an executor. @module */
import { existsSync } from "node:fs";
import type { CurvePoint } from "../../../../../core/plugin/evaluator.ts";
import type { EvaluationRequest, Surroundings } from "../../../../../core/search/evaluations.ts";
import { tryOnce } from "../../../../../core/search/measure.ts";
import { evaluationPaths, madeFolder } from "../../../evaluations/evaluation-folders.ts";
import { evaluationKey } from "../../../evaluations/shared-evaluations.ts";
import type { Outcome, TestJob, TryJob } from "../../messages.ts";
import type { ExecutorSettings, Link } from "../executor-messages.ts";
import type { Here } from "./composed.ts";

/** How far a training is, is told that seldom. */
const PROGRESS_MILLISECONDS = 1_000;

/** @throws what the evaluator throws; CannotHere if it cannot be prepared */
export async function doTry(
  { seed, attempt, request }: TryJob,
  here: Here,
  { out }: ExecutorSettings,
  { send, signal }: Link,
): Promise<Extract<Outcome, { readonly measurement: unknown }>> {
  const { evaluators } = here;
  const stop = evaluators.hear(
    request,
    seldom((progress) => send({ progress })),
  );
  try {
    const surroundings = surroundingsOf(here, seed, request, out, signal);
    return { measurement: await evaluators.use(seed, (run) => tryOnce(run, request, attempt, surroundings)) };
  } finally {
    stop();
  }
}

export async function doTest({ seed, architecture }: TestJob, { evaluators }: Here): Promise<Extract<Outcome, { readonly test: unknown }>> {
  const test = await evaluators.use(seed, ({ evaluator, space }) => evaluator.test?.(space.decode(architecture)));
  return { test: test ?? null };
}

/** The folders are laid out as beside a store. That of fewer epochs is there if these were trained on this machine. */
function surroundingsOf({ composition }: Here, seed: number, request: EvaluationRequest, out: string, signal: AbortSignal): Surroundings {
  const { digest, evaluatorDigest, space, experiment } = composition;
  const paths = evaluationPaths(out);
  const folderOf = ({ query, fidelity, floors }: Pick<EvaluationRequest, "query" | "fidelity" | "floors">) =>
    experiment.evaluations === "shared"
      ? paths.shared(evaluationKey(evaluatorDigest, space.encode(request.architecture), fidelity, floors))
      : paths.of(digest, seed, query);
  const { lower } = request;
  const folderOfLower = lower && folderOf(lower);
  return {
    signal,
    folder: () => madeFolder(folderOf(request)),
    ...(lower &&
      folderOfLower !== undefined &&
      existsSync(folderOfLower) && { lower: { fidelity: lower.fidelity, folder: async () => folderOfLower } }),
  };
}

function seldom(tell: (point: CurvePoint) => void): (point: CurvePoint) => void {
  let told = Number.NEGATIVE_INFINITY;
  return (point) => {
    if (performance.now() - told < PROGRESS_MILLISECONDS) return;
    told = performance.now();
    tell(point);
  };
}
