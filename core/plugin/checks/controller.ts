/**
 * A controller as a search sees it, or the middleware around it: every proposal is looked at as it comes. What middleware
 * wraps is looked at as well, so that it is known who has made a proposal.
 *
 * @module
 */
import { pluginAnswerInvalid } from "../../errors/index.ts";
import type { Controller, Proposal } from "../controller.ts";
import type { Middleware } from "../middleware.ts";
import type { Space } from "../space.ts";
import { type Blame, described, type Place } from "./blame.ts";
import { isCurve, isNumbers } from "./evaluator.ts";
import { isPromise } from "./found.ts";
import { problemOf } from "./instance.ts";
import { membership } from "./space.ts";

/** What proposals are for. */
export interface Domain {
  readonly space: Space;
  /** K; 0 in a search of the whole space. */
  readonly subspaces: number;
  /** The evaluator's, but for the full one. */
  readonly lowerFidelities: readonly number[];
}

export function checkedController(controller: Controller, place: Place, blame: Blame, domain: Domain): Controller {
  const { space, subspaces, lowerFidelities } = domain;
  const isMember = membership(space);
  const isSubspace = (subspace: number) => Number.isInteger(subspace) && subspace >= 0 && subspace < subspaces;
  const isProposal = (answer: Proposal): boolean => {
    if (typeof answer !== "object" || answer === null || !isMember(answer.architecture)) return false;
    const { subspace, known, knownMetrics, fidelity, floors } = answer;
    if (subspace !== undefined && !isSubspace(subspace)) return false;
    if (floors !== undefined && !isCurve(floors)) return false;
    if (knownMetrics !== undefined && !isNumbers(knownMetrics)) return false;
    return (known === undefined || Number.isFinite(known)) && (fidelity === undefined || lowerFidelities.includes(fidelity));
  };

  function wrongProposal(answer: Proposal): Error {
    const gave = (expected: string, value: unknown) => blame.gave(place, "propose", expected, value);
    if (typeof answer !== "object" || answer === null || isPromise(answer)) return gave('{ "architecture" }', answer);
    const { architecture, subspace, known, knownMetrics, fidelity, floors } = answer;
    if (!isMember(architecture)) return blame.stranger(place, "propose", architecture);
    if (subspace !== undefined && !isSubspace(subspace))
      return subspaces === 0
        ? gave('no "subspace" where the manifest has no /subspaces', subspace)
        : gave(`a whole number from 0 to ${subspaces - 1} as "subspace"`, subspace);
    if (known !== undefined && !Number.isFinite(known)) return gave('a finite number as "known"', known);
    if (knownMetrics !== undefined && !isNumbers(knownMetrics)) return gave('finite numbers by name as "knownMetrics"', knownMetrics);
    if (floors !== undefined && !isCurve(floors)) return gave('a list of { "epoch", "value" }, ascending by epoch, as "floors"', floors);
    return lowerFidelities.length === 0
      ? gave('no "fidelity" where the evaluator has one only', fidelity)
      : gave(`one of ${lowerFidelities.join(", ")} as "fidelity", or none for a full evaluation`, fidelity);
  }

  return {
    concurrency: controller.concurrency,
    rounds: controller.rounds,
    ...(controller.prepare && {
      async prepare() {
        try {
          const answer = await controller.prepare!();
          if (Number.isFinite(answer?.seconds) && answer.seconds >= 0) return answer;
          throw blame.gave(place, "prepare", 'a promise of { "seconds" }, a finite number from 0', answer);
        } catch (error) {
          throw blame.threw(place, "prepare", error);
        }
      },
    }),
    propose() {
      try {
        const answer = controller.propose();
        if (isProposal(answer)) return answer;
        throw wrongProposal(answer);
      } catch (error) {
        throw blame.threw(place, "propose", error);
      }
    },
    observe(outcome) {
      try {
        const answer: unknown = controller.observe(outcome);
        if (isPromise(answer)) throw blame.gave(place, "observe", "nothing", answer);
      } catch (error) {
        throw blame.threw(place, "observe", error);
      }
    },
    ...(controller.answer && {
      answer(candidates) {
        try {
          const answer = controller.answer!(candidates);
          if (Number.isInteger(answer) && candidates[answer]) return answer;
          throw blame.gave(place, "answer", `a whole number from 0 to ${candidates.length - 1}, the index of a candidate`, answer);
        } catch (error) {
          throw blame.threw(place, "answer", error);
        }
      },
    }),
  };
}

/** Wraps a controller in middleware; what it prepares and answers is the controller's, where the middleware has nothing else. */
export function wrapped(middleware: Middleware, place: Place, blame: Blame, controller: Controller, domain: Domain): Controller {
  let outer: Controller;
  try {
    outer = middleware.around(controller);
  } catch (error) {
    throw blame.threw(place, "around", error);
  }
  if (isPromise(outer)) throw blame.gave(place, "around", "a controller", outer);
  const problem = problemOf("controller", outer);
  if (problem !== undefined) throw pluginAnswerInvalid(described(place), "around", `must give a controller: ${problem}`);
  const checked = checkedController(outer, place, blame, domain);
  const { answer = controller.answer, prepare = controller.prepare } = checked;
  return { ...checked, ...(answer && { answer }), ...(prepare && { prepare }) };
}
