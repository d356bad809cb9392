/**
 * Instances as a search sees them: what their methods give is looked at as it comes, and what they throw is told with
 * their name. Each method is called with its object. Evaluators and controllers have files of their own.
 *
 * @module
 */
import type { Architecture } from "../../space/architecture.ts";
import type { Acceptance } from "../acceptance.ts";
import type { Distance } from "../distance.ts";
import type { Initial } from "../initial.ts";
import type { Measured } from "../metric.ts";
import type { Observer } from "../observer.ts";
import type { CandidateInSubspace, Reward } from "../reward.ts";
import type { Space } from "../space.ts";
import type { Blame, Place } from "./blame.ts";
import { isPromise } from "./found.ts";
import { membership } from "./space.ts";

export function checkedDistance(distance: Distance, place: Place, blame: Blame): Distance {
  return {
    between(a, b) {
      try {
        const answer = distance.between(a, b);
        if (Number.isFinite(answer) && answer >= 0) return answer;
        throw blame.gave(place, "between", "a finite number from 0", answer);
      } catch (error) {
        throw blame.threw(place, "between", error);
      }
    },
  };
}

export function checkedReward(reward: Reward, place: Place, blame: Blame): Reward {
  const finite = (method: string, answer: number): number => {
    if (Number.isFinite(answer)) return answer;
    throw blame.gave(place, method, "a finite number", answer);
  };
  return {
    shape(before, candidate) {
      try {
        return finite("shape", reward.shape(before, candidate));
      } catch (error) {
        throw blame.threw(place, "shape", error);
      }
    },
    ...(reward.value && {
      value(score: number, measured: Measured) {
        try {
          return finite("value", reward.value!(score, measured));
        } catch (error) {
          throw blame.threw(place, "value", error);
        }
      },
    }),
  };
}

export function checkedAcceptance(acceptance: Acceptance, place: Place, blame: Blame): Acceptance {
  const yesOrNo = (method: string, answer: boolean): boolean => {
    if (answer === true || answer === false) return answer;
    throw blame.gave(place, method, "true or false", answer);
  };
  return {
    accepts(candidate: CandidateInSubspace) {
      try {
        return yesOrNo("accepts", acceptance.accepts(candidate));
      } catch (error) {
        throw blame.threw(place, "accepts", error);
      }
    },
    ...(acceptance.feasible && {
      feasible(architecture: Architecture) {
        try {
          return yesOrNo("feasible", acceptance.feasible!(architecture));
        } catch (error) {
          throw blame.threw(place, "feasible", error);
        }
      },
    }),
    ...(acceptance.admits && {
      admits(measured: Measured) {
        try {
          return yesOrNo("admits", acceptance.admits!(measured));
        } catch (error) {
          throw blame.threw(place, "admits", error);
        }
      },
    }),
  };
}

export function checkedInitial(initial: Initial, place: Place, blame: Blame, space: Space): Initial {
  const isMember = membership(space);
  return {
    async centres(count) {
      try {
        const centres: unknown = await initial.centres(count);
        if (!Array.isArray(centres)) throw blame.gave(place, "centres", "a list of architectures", centres);
        const stranger = centres.findIndex((centre) => !isMember(centre));
        if (stranger >= 0) throw blame.stranger(place, "centres", centres[stranger]);
        return centres as readonly Architecture[];
      } catch (error) {
        throw blame.threw(place, "centres", error);
      }
    },
    ...(initial.another && {
      another() {
        try {
          const centre = initial.another!();
          if (!isMember(centre)) throw blame.stranger(place, "another", centre);
          return centre;
        } catch (error) {
          throw blame.threw(place, "another", error);
        }
      },
    }),
  };
}

export function checkedObserver(observer: Observer, place: Place, blame: Blame): Observer {
  /** What it gives beside promises means nothing. */
  const settled = (method: string, act: () => unknown): void | Promise<void> => {
    const failed = (error: unknown): never => {
      throw blame.threw(place, method, error);
    };
    try {
      const answer = act();
      if (isPromise(answer)) return Promise.resolve(answer).then(() => {}, failed);
    } catch (error) {
      failed(error);
    }
  };
  return {
    ...(observer.essential && { essential: true }),
    ...(observer.types && { types: observer.types }),
    next: (event) => settled("next", () => observer.next(event)),
    ...(observer.finish && { finish: () => settled("finish", () => observer.finish!()) }),
  };
}
