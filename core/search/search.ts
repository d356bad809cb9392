/**
 * Algorithm 1 of the paper, Automatic Subspace Evoking, as one pipeline of operators. Without a
 * subspace graph the same pipeline is a search of the whole space.
 *
 * Different from the authors' code: the candidate never overwrites the old centre, and the answer is
 * the best architecture that was evaluated; where β replaces α exactly if it is better, that is the
 * best centre (line 5).
 *
 * @module
 */
import { concat, defer, ignoreElements, map, type Observable, type OperatorFunction, takeWhile, tap } from "rxjs";
import { initialInvalid } from "../errors/index.ts";
import type { Acceptance } from "../plugin/acceptance.ts";
import type { Blame } from "../plugin/checks/blame.ts";
import type { Controller, Proposal } from "../plugin/controller.ts";
import type { Distance } from "../plugin/distance.ts";
import type { Evaluator, Measurement } from "../plugin/evaluator.ts";
import type { Initial } from "../plugin/initial.ts";
import type { Candidate, Reward } from "../plugin/reward.ts";
import type { Space } from "../plugin/space.ts";
import type { SubspaceGraph } from "../plugin/subspace-graph.ts";
import type { Bus } from "../record/bus.ts";
import type { Architecture } from "../space/architecture.ts";
import type { Budget } from "./budget.ts";
import { type FailurePolicy, measure } from "./measure.ts";
import { inOrder, Pace } from "./pace.ts";

/** What a run is composed of. What its plugins give is checked (core/plugin/checks/). */
export interface Run {
  readonly space: Space;
  readonly distance: Distance;
  readonly controller: Controller;
  readonly evaluator: Evaluator;
  readonly rewards: readonly Reward[];
  /** Whether an architecture may be a centre, or the answer. */
  feasible(architecture: Architecture): boolean;
  /** Whether the manifest has constraints; then the run tells its Pareto fronts. */
  readonly constrained: boolean;
  /** Left out in a search of the whole space. */
  readonly subspaces?: Evoking;
  readonly budget: Budget;
  readonly failures: FailurePolicy;
  readonly bus: Bus;
  /** Tells errors that nobody foresaw with the plugin whose code threw them. */
  readonly blame: Blame;
}

/** What a search in subspaces has more. */
export interface Evoking {
  readonly graph: SubspaceGraph;
  readonly initial: Initial;
  readonly acceptance: readonly Acceptance[];
}

/** One query on its way through the pipeline. */
interface Query {
  readonly number: number;
  readonly proposal: Proposal;
  readonly feasible: boolean;
  /** Undefined if the evaluation failed and the architecture was rejected. */
  measurement: Measurement | undefined;
  reward: number;
}

/**
 * The search itself. Subscribing starts it; it completes when the budget is spent, and errs when an
 * evaluation failed for good. All that happens is told on the bus.
 */
export function search(run: Run): Observable<unknown> {
  const { budget, controller, evaluator } = run;
  const pace = new Pace(() => budget.lasts, Math.min(controller.concurrency ?? 1, evaluator.concurrency ?? 1));
  return concat(
    evokeSubspaces(run), //                             2–3: K first centres, and the graph of them
    pace.turns.pipe(
      map((number) => propose(run, number)), //         4a, 4b: global search, then local search
      evaluate(run), //                                 4c: R(β)
      takeWhile((query) => charge(run, query)), //      4:  until the budget is spent
      tap((query) => shapeReward(run, query)), //       4c: R(β|α)
      tap((query) => updateSubspace(run, query)), //    4d: β replaces α if it is better
      tap((query) => learn(run, query)), //             4e: one policy-gradient step
      tap(() => pace.finished()),
    ),
  );
}

/** Lines 2–3: the K first centres are measured, and the graph is built of them. */
function evokeSubspaces(run: Run): Observable<never> {
  return defer(async () => {
    if (!run.subspaces) return;
    const { graph, initial } = run.subspaces;
    for (const [subspace, architecture] of (await firstCentres(run, graph, initial)).entries()) {
      const { score, seconds } = (await measureArchitecture(run, -1, { architecture }))!; // a first centre is not rejected
      const text = run.space.encode(architecture);
      const charged = run.budget.chargeInitial(() => text, seconds);
      graph.evoke(subspace, architecture, score);
      run.bus.publish("architecture.evaluated", () => ({ query: -1, architecture: text, score, charged }));
      run.bus.publish("subspace.evoked", () => ({ subspace, architecture: text, score }));
    }
  }).pipe(ignoreElements());
}

async function firstCentres({ space, feasible }: Run, { count }: SubspaceGraph, initial: Initial): Promise<readonly Architecture[]> {
  const centres = await initial.centres(count);
  if (centres.length !== count) throw initialInvalid(`they are ${centres.length}, and /subspaces/count is ${count}`);
  const excess = centres.find((centre) => !feasible(centre));
  if (excess) throw initialInvalid(`the limits under /constraints or /subspaces/accept do not admit ${space.encode(excess)}`);
  return centres;
}

/** Lines 4a and 4b are the controller's: it chooses a subspace and a modification inside it, or any architecture. */
function propose({ controller, space, distance, subspaces, feasible, budget, bus }: Run, number: number): Query {
  const proposal = controller.propose();
  const { architecture, subspace, fidelity } = proposal;
  budget.begin(fidelity);
  bus.publish("architecture.proposed", () => ({
    query: number,
    architecture: space.encode(architecture),
    ...(subspace !== undefined && { subspace }),
    ...(subspace !== undefined && subspaces && { distance: distance.between(subspaces.graph.centres[subspace]!, architecture) }),
    ...(fidelity !== undefined && { fidelity }),
  }));
  return { number, proposal, feasible: feasible(architecture), measurement: undefined, reward: Number.NaN };
}

/** Line 4c. Several evaluations are under way where the pace allows it; outcomes leave in the order of the proposals. */
function evaluate(run: Run): OperatorFunction<Query, Query> {
  return inOrder((query) => {
    const measured = (measurement: Measurement | undefined) => {
      query.measurement = measurement;
      return query;
    };
    const { known } = query.proposal;
    if (known !== undefined) return measured({ score: known, seconds: 0 });
    const measurement = measureArchitecture(run, query.number, query.proposal);
    return measurement instanceof Promise ? measurement.then(measured) : measured(measurement);
  });
}

/** A first centre is not rejected, since nothing could stand for it. */
function measureArchitecture({ evaluator, failures, space, bus }: Run, query: number, { architecture, fidelity }: Proposal) {
  const lower = fidelity !== undefined && { fidelity };
  return measure(
    () => evaluator.evaluate(architecture, fidelity),
    query < 0 ? { ...failures, remedy: "stop" } : failures,
    (failure) => bus.publish("evaluation.failed", () => ({ query, architecture: space.encode(architecture), ...failure, ...lower })),
  );
}

/** Charges the query. False ends the search: the query does not fit into the budget any more, and never happened. */
function charge({ budget, space, bus }: Run, { number, proposal, feasible, measurement }: Query): boolean {
  const { architecture, known, fidelity } = proposal;
  const text = () => space.encode(architecture);
  const charged =
    known === undefined ? budget.charge(measurement && text, measurement?.seconds ?? 0, fidelity) : budget.chargeNothing(fidelity);
  if (charged && measurement) {
    bus.publish("architecture.evaluated", () => ({
      query: number,
      architecture: text(),
      score: measurement.score,
      charged,
      ...(fidelity !== undefined && { fidelity }),
      ...(!feasible && { feasible }),
    }));
  }
  return charged !== undefined;
}

/** R(β|α), or whatever the chain of rewards makes of R(β). */
function shapeReward(run: Run, query: Query): void {
  if (!query.measurement) return;
  let candidate = candidateOf(run, query, query.measurement);
  let reward = candidate.score;
  for (const plugin of run.rewards) {
    reward = plugin.shape(reward, candidate);
    candidate = valued(candidate, plugin);
  }
  query.reward = reward;
  run.bus.publish("reward.shaped", () => ({ query: query.number, reward }));
}

/** The candidate as the rewards after one that gives architectures another value see it. */
function valued(candidate: Candidate, reward: Reward): Candidate {
  if (!reward.value) return candidate;
  const { architecture, score, centre } = candidate;
  return {
    architecture,
    score: reward.value(score, architecture),
    ...(centre && { centre: { ...centre, score: reward.value(centre.score, centre.architecture) } }),
  };
}

/** Line 4d: β becomes the centre if every acceptance rule and every limit agrees; only that node and its edges change. */
function updateSubspace(run: Run, query: Query): void {
  const { architecture, subspace, fidelity } = query.proposal;
  if (!run.subspaces || subspace === undefined || !query.measurement) return;
  if (!query.feasible || fidelity !== undefined) return;
  const candidate = candidateOf(run, query, query.measurement) as Required<Candidate>;
  if (!run.subspaces.acceptance.every((rule) => rule.accepts(candidate))) return;
  const { score } = query.measurement;
  run.subspaces.graph.replace(subspace, architecture, score);
  run.bus.publish("subspace.updated", () => ({
    query: query.number,
    subspace,
    architecture: run.space.encode(architecture),
    score,
  }));
}

/** Line 4e: the controller sees the outcome; a failed evaluation has no reward. */
function learn({ controller, bus }: Run, { number, proposal, measurement, reward }: Query): void {
  const { architecture, subspace, fidelity } = proposal;
  const score = measurement?.score ?? Number.NaN;
  controller.observe({ architecture, subspace, score, reward, ...(fidelity !== undefined && { fidelity }) });
  bus.publish("policy.updated", () => ({ query: number }));
}

function candidateOf({ subspaces }: Run, { proposal }: Query, { score }: Measurement): Candidate {
  const { architecture, subspace } = proposal;
  if (!subspaces || subspace === undefined) return { architecture, score };
  const { graph } = subspaces;
  return { architecture, score, centre: { architecture: graph.centres[subspace]!, score: graph.scores[subspace]! } };
}
