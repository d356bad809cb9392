/** Searches that cannot begin or go on. @module */
import { EvokeError, suggestion } from "./evoke-error.ts";

/** A text does not name a member of the space. */
export function architectureInvalid(space: string, found: string, expected: string): EvokeError {
  return new EvokeError(
    "ARCHITECTURE_INVALID",
    `Cannot read ${JSON.stringify(found)} as an architecture of ${space}.\n  Expected ${expected}.`,
  );
}

/**
 * The lower fidelities that an evaluator is to have are not below the full one.
 * @param at  JSON pointer of the full one
 */
export function fidelityInvalid(found: number, epochs: number, at: string): EvokeError {
  return new EvokeError(
    "FIDELITY_INVALID",
    `Cannot train for ${found} epochs as a lower fidelity: a full training has ${epochs}.\n  Give fewer under /evaluator/options/fidelities, or more under ${at}.`,
  );
}

/** Hardly any architecture keeps the limits of the manifest. */
export function limitsUnmet(draws: number): EvokeError {
  return new EvokeError(
    "LIMITS_UNMET",
    `Cannot draw an architecture that the limits of the manifest admit: ${draws} were drawn, and none of them is.\n  Loosen the rules under /constraints and /subspaces/accept, or give feasible architectures to begin with.`,
  );
}

/** Nothing that a run has evaluated can be its answer. */
export function answerMissing(evaluated: number): EvokeError {
  return new EvokeError(
    "ANSWER_MISSING",
    `Cannot answer: of ${evaluated} evaluations none was at full fidelity and of an architecture that the limits of the manifest admit.\n  Give the run a larger /budget, or loosen the rules under /constraints and /subspaces/accept.`,
  );
}

/**
 * A run's seconds were spent before its first evaluation was over.
 * @param seconds  that were spent
 */
export function budgetSpent(seconds: number): EvokeError {
  const prepared = seconds > 0 ? `: what the controller prepared took ${seconds.toFixed(1)} s` : "";
  return new EvokeError(
    "BUDGET_SPENT",
    `Cannot answer: the budget was spent before an architecture was evaluated${prepared}.\n  Give a larger /budget/seconds, or leave it out: /budget/queries alone will do.`,
  );
}

/** Not one evaluation of a run succeeded. */
export function evaluationsFailed(reason: string): EvokeError {
  return new EvokeError("EVALUATIONS_FAILED", `Cannot answer: no architecture could be evaluated. The last one failed: ${reason}`);
}

/** The first centres that an initial plugin gives do not fit the search. */
export function initialInvalid(problem: string): EvokeError {
  return new EvokeError("INITIAL_INVALID", `Cannot begin the search with the centres that /subspaces/initial gives: ${problem}.`);
}

/** A first centre could not be evaluated, and no other can be had. */
export function centreIrreplaceable(architecture: string, reason: string): EvokeError {
  return new EvokeError(
    "EVALUATIONS_FAILED",
    `Cannot begin the search: ${architecture}, one of the first centres, could not be evaluated, and /subspaces/initial gives no other in its place. It failed: ${reason}`,
  );
}

/** A limit, a reward, a controller or a pair under /fronts names a metric that the run has not. */
export function metricUnnamed(found: string, known: readonly string[], place?: string): EvokeError {
  return new EvokeError(
    "METRIC_UNNAMED",
    `Cannot find the metric ${JSON.stringify(found)}${place === undefined ? "" : `, at ${place},`} in this experiment.\n  ${suggestion(found, known, "metrics")} A search's metrics are its evaluator's own, those that it declares beside (see its option "metrics"), and the costs that the space counts.`,
  );
}

/** Of one evaluator two metrics have the same name. */
export function metricDeclaredTwice(name: string): EvokeError {
  return new EvokeError(
    "METRIC_DECLARED_TWICE",
    `Cannot take ${JSON.stringify(name)} at /evaluator/options/metrics for a further metric: the metric of the search has that name.\n  Leave it out there, or name it otherwise.`,
  );
}

/** The runtime cannot run the engine's kernels. */
export function simdMissing(): EvokeError {
  return new EvokeError(
    "SIMD_MISSING",
    "Cannot run the networks of learning controllers: this runtime has no WebAssembly SIMD.\n" +
      "  Use Node 20 or later, Deno, or a browser of 2023 or later, on a processor with SIMD (SSE4.1 or NEON).",
  );
}

/** The space does not say what its architectures look like. */
export function drawingMissing(space: string): EvokeError {
  return new EvokeError(
    "DRAWING_MISSING",
    `Cannot draw architectures of the space "${space}": it does not say what they look like.\n  A space can do so with the method "drawing", as nas-bench-201 does: see docs/plugin-guide/space.md.`,
  );
}

/** No built-in space reads a text as an architecture, or more than one does. */
export function spaceUndecided(text: string, fitting: readonly string[], known: readonly string[]): EvokeError {
  const found = fitting.length === 0 ? "no built-in space reads it" : `${fitting.join(" and ")} read it`;
  const names = fitting.length === 0 ? known : fitting;
  return new EvokeError(
    "SPACE_UNDECIDED",
    `Cannot tell which space ${JSON.stringify(text)} is of: ${found}.\n  Name the space with --space, one of ${names.join(", ")}, or a manifest with it: then what is wrong with the text is reported.`,
  );
}
