/**
 * Algorithm 1 of the paper, Automatic Subspace Evoking, as one pipeline of operators. Without a
 * subspace graph the same pipeline is a search of the whole space.
 *
 * Different from the authors' code: the candidate never overwrites the old centre, and the answer is
 * the best architecture that was evaluated, unless the controller names another; where β replaces α
 * exactly if it is better, that is the best centre (line 5).
 *
 * @module
 */

import { centreIrreplaceable, evaluationsFailed, initialInvalid } from "../errors/index.ts";
import type { Acceptance } from "../plugin/acceptance.ts";
import type { Blame } from "../plugin/checks/blame.ts";
import type { Controller, Proposal } from "../plugin/controller.ts";
import type { Distance } from "../plugin/distance.ts";
import type { Evaluator, Measurement } from "../plugin/evaluator.ts";
import type { Initial } from "../plugin/initial.ts";
import { type Measured, type Objectives, oriented } from "../plugin/metric.ts";
import type { FailurePolicy } from "../plugin/plugin.ts";
import type { Candidate, CandidateInSubspace, Reward } from "../plugin/reward.ts";
import type { Space } from "../plugin/space.ts";
import type { SubspaceGraph } from "../plugin/subspace-graph.ts";
import type { Bus } from "../record/bus.ts";
import type { SearchEvent } from "../record/events.ts";
import type { ObjectivePair } from "../record/front-fold.ts";
import { concat, defer, ignoreElements, map, type Observable, type OperatorFunction, pipe, takeWhile, tap } from "../record/rx.ts";
import type { Architecture } from "../space/architecture.ts";
import type { Answers } from "./answers.ts";
import { type Budget, type Charge, FREE } from "./budget.ts";
import type { Evaluated, EvaluationRequest, Evaluations, Failure } from "./evaluations.ts";
import { LowerFidelities } from "./lower-fidelities.ts";
import { measure, measuredOf, tryOnce } from "./measure.ts";
import { asFinished, inOrder, Limit, Pace, type Tempo } from "./pace.ts";

/** In which order outcomes are learned from. */
export type Order = "as-proposed" | "as-finished";

/** What a run is composed of. What its plugins give is checked (core/plugin/checks/). */
export interface Run {
  readonly space: Space;
  readonly distance: Distance;
  readonly controller: Controller;
  readonly evaluator: Evaluator;
  readonly rewards: readonly Reward[];
  /** Whether an architecture may be a centre, or the answer. */
  feasible(architecture: Architecture): boolean;
  /** The same of what was measured; left out where no limit asks for that. */
  readonly admits?: (measured: Measured) => boolean;
  /** What its architectures can be judged by. */
  readonly objectives: Objectives;
  /** What may be the answer, where the controller names it. */
  readonly answers?: Answers;
  /** The pairs of them whose Pareto fronts the run tells. */
  readonly fronts: readonly ObjectivePair[];
  /** Left out in a search of the whole space. */
  readonly subspaces?: Evoking;
  readonly budget: Budget;
  readonly failures: FailurePolicy;
  readonly order: Order;
  /** What evaluations draw by; undefined where runs share them, and they follow from the architecture alone. */
  readonly evaluationSeed: number | undefined;
  /** Where evaluations are done, kept and found again. */
  readonly evaluations: Evaluations;
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
  feasible: boolean;
  failures: readonly Failure[];
  /** As it was measured. Undefined if the evaluation failed and the architecture was rejected. */
  measurement: Measurement | undefined;
  reward: number;
}

/**
 * The search itself. Subscribing starts it; it completes when the budget is spent, and errs when an
 * evaluation failed for good. All that happens is told on the bus.
 */
export function search(run: Run): Observable<unknown> {
  const { budget } = run;
  const tempo = tempoOf(run);
  const pace = new Pace(() => budget.lasts, tempo);
  return concat(
    evokeSubspaces(run), //                             2–3: K first centres, and the graph of them
    pace.turns.pipe(
      map((number) => propose(run, number)), //         4a, 4b: global search, then local search
      evaluate(run, tempo), //                          4c: R(β)
      takeWhile((query) => charge(run, query)), //      4:  until the budget is spent
      tap((query) => {
        shapeReward(run, query); //                     4c: R(β|α)
        updateSubspace(run, query); //                  4d: β replaces α if it is better
        learn(run, query); //                           4e: one policy-gradient step
        run.answers?.ask(run, query.number); //         5:  the best so far
        pace.finished();
      }),
    ),
  );
}

/** How many proposals are made before their outcomes are known. It follows from the manifest alone. */
export function tempoOf({ controller, evaluator, order }: Pick<Run, "controller" | "evaluator" | "order">): Tempo {
  const { concurrency = 1, rounds = false } = controller;
  if (rounds && order === "as-proposed") return { concurrency, rounds };
  return { concurrency: Math.min(concurrency, evaluator.concurrency ?? 1), rounds: false };
}

/** Lines 2–3: the K first centres are measured, and the graph is built of them. */
function evokeSubspaces(run: Run): Observable<never> {
  return defer(async () => {
    if (!run.subspaces) return;
    const { graph, initial } = run.subspaces;
    for (const [subspace, { architecture, measurement }] of (await firstCentres(run, graph.count, initial)).entries()) {
      const { score, metrics } = measurement;
      graph.evoke(subspace, architecture, oriented(score, run.evaluator.metric), metrics);
      tellFirst(run, architecture, measurement);
      run.bus.publish("subspace.evoked", () => ({ subspace, architecture: run.space.encode(architecture), score }));
    }
    run.answers?.ask(run, -1);
  }).pipe(ignoreElements());
}

/** Charges and tells of an architecture that was measured to be a first centre. @param feasible  whether it can be one */
function tellFirst(run: Run, architecture: Architecture, measurement: Measurement, feasible = true): void {
  const { space, budget, bus } = run;
  const text = space.encode(architecture);
  const charged = budget.chargeInitial(() => text, measurement.seconds);
  bus.publish("architecture.evaluated", () => ({
    ...{ query: -1, architecture: text, score: measurement.score, charged },
    ...(!feasible && { feasible }),
    ...furtherOf(measurement),
  }));
  if (feasible) run.answers?.add(measuredOf(run.evaluator.metric, architecture, measurement), measurement);
}

interface FirstCentre {
  readonly architecture: Architecture;
  readonly measurement: Measurement;
}

/** After so many evaluations that failed, one after the other, it is not the architectures that are to blame. */
const FAILED_IN_A_ROW = 20;

/** The first centres, all of them under way at once; one that fails is replaced by another. */
async function firstCentres(run: Run, count: number, initial: Initial): Promise<readonly FirstCentre[]> {
  const { space, budget, evaluator, feasible } = run;
  const limit = new Limit(Math.max(evaluator.concurrency ?? 1, evaluator.places ?? 1));
  const drawn = [...(await initial.centres(count))];
  if (drawn.length !== count) throw initialInvalid(`they are ${drawn.length}, and /subspaces/count is ${count}`);
  const centres: FirstCentre[] = [];
  let drawings = 0;
  let failedInARow = 0;
  for (let open = drawn.map((_, subspace) => subspace); open.length > 0; ) {
    for (const subspace of open) checkLimits(drawn[subspace]!, space, feasible);
    const evaluated = await Promise.all(
      open.map((subspace) => {
        const request = { query: -1 - drawings++, architecture: drawn[subspace]! };
        return limit.run(() => evaluateOne(run, request));
      }),
    );
    const failed: number[] = [];
    for (const [i, subspace] of open.entries()) {
      const { measurement, failures } = evaluated[i]!;
      const architecture = drawn[subspace]!;
      tellFailures(run, { query: -1, architecture }, failures, () => budget.chargeInitialFailure());
      if (measurement && isAdmitted(run, architecture, measurement)) {
        centres[subspace] = { architecture, measurement };
        failedInARow = 0;
        continue;
      }
      if (measurement) tellFirst(run, architecture, measurement, false);
      const reason = failures.at(-1)?.reason ?? "the limits of the manifest do not admit what was measured";
      failedInARow++;
      failed.push(subspace);
      if (!initial.another) throw centreIrreplaceable(space.encode(architecture), reason);
      if (failedInARow >= FAILED_IN_A_ROW) throw evaluationsFailed(reason);
      drawn[subspace] = initial.another();
    }
    open = failed;
  }
  return centres;
}

function checkLimits(centre: Architecture, space: Space, feasible: Run["feasible"]): void {
  if (!feasible(centre)) throw initialInvalid(`the limits under /constraints or /subspaces/accept do not admit ${space.encode(centre)}`);
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
  return { number, proposal, feasible: feasible(architecture), failures: [], measurement: undefined, reward: Number.NaN };
}

/**
 * Line 4c. Several evaluations are under way where the pace allows it; outcomes leave in the order of the proposals, or
 * as they are finished. Where several can be under way, none passes before those that begin with it have begun.
 */
function evaluate(run: Run, { concurrency, rounds }: Tempo): OperatorFunction<Query, Query> {
  const { evaluator, evaluations, order, space } = run;
  const limit = new Limit(Math.max(evaluator.concurrency ?? 1, evaluator.places ?? 1));
  const measured = new LowerFidelities();
  const work = (query: Query): Query | Promise<Query> => {
    const { number, proposal } = query;
    const { known, knownMetrics: metrics, architecture, fidelity, floors } = proposal;
    if (known !== undefined) {
      query.measurement = { score: oriented(known, evaluator.metric), seconds: 0, ...(metrics && { metrics }) };
      query.feasible &&= isAdmitted(run, architecture, query.measurement);
      return rounds ? Promise.resolve(query) : query;
    }
    const done = ({ measurement, failures }: Evaluated) => {
      query.measurement = measurement;
      query.failures = failures;
      query.feasible &&= !measurement || isAdmitted(run, architecture, measurement);
      return query;
    };
    const lower = measured.below(() => space.encode(architecture), fidelity);
    const request: EvaluationRequest = { query: number, architecture, fidelity, floors, lower };
    const evaluated = limit.run(() => evaluateOne(run, request));
    return evaluated instanceof Promise || concurrency > 1 ? Promise.resolve(evaluated).then(done) : done(evaluated);
  };
  const ordered = order === "as-finished" ? asFinished(work, ({ number }: Query) => evaluations.place(number)) : inOrder(work);
  return pipe(
    ordered,
    tap(({ number, proposal, measurement }) => {
      if (proposal.known === undefined && measurement && measurement.stoppedAfter === undefined)
        measured.add(() => space.encode(proposal.architecture), proposal, number);
    }),
  );
}

function evaluateOne(run: Run, request: EvaluationRequest): Evaluated | Promise<Evaluated> {
  return run.evaluations.perform(request, (surroundings) =>
    measure(
      (attempt) => tryOnce(run, request, attempt, surroundings),
      run.failures,
      (failures) => tellFailures(run, { ...request, query: Math.max(-1, request.query) }, failures, () => FREE),
      surroundings.signal,
    ),
  );
}

/** Tells of the tries that failed. @param charge  gives what is charged for a rejected architecture */
function tellFailures(
  { bus, space }: Run,
  { query, architecture, fidelity }: Pick<EvaluationRequest, "query" | "architecture" | "fidelity">,
  failures: readonly Failure[],
  charge: () => Charge,
): void {
  if (failures.length === 0) return;
  for (const { log: _, ...failure } of failures) {
    const charged = failure.remedy === "reject" ? charge() : FREE;
    bus.publish("evaluation.failed", () => ({
      query,
      architecture: space.encode(architecture),
      ...failure,
      charged,
      ...(fidelity !== undefined && { fidelity }),
    }));
  }
}

/** Charges the query. False ends the search: the query does not fit into the budget any more, and never happened. */
function charge(run: Run, { number, proposal, feasible, measurement, failures }: Query): boolean {
  const { budget, space, bus } = run;
  const { architecture, known, fidelity } = proposal;
  const text = () => space.encode(architecture);
  const stopped = measurement?.stoppedAfter;
  const charged =
    known === undefined
      ? budget.charge(measurement && text, measurement?.seconds ?? 0, fidelity, stopped ?? fidelity)
      : budget.chargeNothing(fidelity);
  if (!charged) return false;
  tellFailures(run, { query: number, architecture, fidelity }, failures, () => charged);
  if (!measurement) return true;
  const epochs = stopped ?? fidelity;
  bus.publish("architecture.evaluated", () => ({
    ...{ query: number, architecture: text(), score: measurement.score, charged },
    ...(epochs !== undefined && { fidelity: epochs }),
    ...(stopped !== undefined && { stopped: fidelity ?? run.evaluator.metric.epochs }),
    ...(!feasible && { feasible }),
    ...furtherOf(measurement),
  }));
  if (feasible && epochs === undefined) run.answers?.add(measuredOf(run.evaluator.metric, architecture, measurement), measurement);
  return true;
}

/** What an evaluator has told beside the score. */
function furtherOf({ metrics, curve }: Measurement): Pick<SearchEvent<"architecture.evaluated">, "metrics" | "curve"> {
  return { ...(metrics && { metrics }), ...(curve && { curve }) };
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
  const { score, centre } = candidate;
  return {
    ...candidate,
    score: reward.value(score, candidate),
    ...(centre && { centre: { ...centre, score: reward.value(centre.score, centre) } }),
  };
}

/** Line 4d: β becomes the centre if every acceptance rule and every limit agrees; only that node and its edges change. */
function updateSubspace(run: Run, query: Query): void {
  const { architecture, subspace, fidelity } = query.proposal;
  if (!run.subspaces || subspace === undefined || !query.measurement) return;
  if (!query.feasible || fidelity !== undefined || query.measurement.stoppedAfter !== undefined) return;
  const candidate = candidateOf(run, query, query.measurement) as CandidateInSubspace;
  if (!run.subspaces.acceptance.every((rule) => rule.accepts(candidate))) return;
  run.subspaces.graph.replace(subspace, architecture, candidate.score, candidate.metrics);
  run.bus.publish("subspace.updated", () => ({
    query: query.number,
    subspace,
    architecture: run.space.encode(architecture),
    score: query.measurement!.score,
  }));
}

/** Line 4e: the controller sees the outcome; a failed evaluation has no reward. */
function learn({ controller, evaluator: { metric }, bus }: Run, { number, proposal, measurement, reward }: Query): void {
  const { architecture, subspace, fidelity } = proposal;
  const score = measurement ? oriented(measurement.score, metric) : Number.NaN;
  const { metrics, curve, stoppedAfter } = measurement ?? {};
  controller.observe({
    ...{ architecture, subspace, score, reward },
    ...(metrics && { metrics }),
    ...(fidelity !== undefined && { fidelity }),
    ...(curve && { curve: metric.goal === "minimise" ? curve.map(({ epoch, value }) => ({ epoch, value: -value })) : curve }),
    ...(stoppedAfter !== undefined && { stoppedAfter }),
  });
  bus.publish("policy.updated", () => ({ query: number }));
}

function candidateOf(run: Run, { proposal }: Query, measurement: Measurement): Candidate {
  const { architecture, subspace } = proposal;
  const measured = measuredOf(run.evaluator.metric, architecture, measurement);
  return run.subspaces && subspace !== undefined ? { ...measured, centre: run.subspaces.graph.measured(subspace) } : measured;
}

/** Whether the limits on what was measured let it be a centre, or the answer. */
function isAdmitted(run: Run, architecture: Architecture, measurement: Measurement): boolean {
  return run.admits?.(measuredOf(run.evaluator.metric, architecture, measurement)) ?? true;
}
