/**
 * What every reward, acceptance rule, initial and observer promises. Plain cases: a title and a
 * function that throws where the promise is broken.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Acceptance } from "../../core/plugin/acceptance.ts";
import { checkedAcceptance, checkedInitial, checkedReward } from "../../core/plugin/checks/answers.ts";
import { Blame } from "../../core/plugin/checks/blame.ts";
import { problemOf } from "../../core/plugin/checks/instance.ts";
import type { Initial } from "../../core/plugin/initial.ts";
import type { Observer } from "../../core/plugin/observer.ts";
import type { Kind, Kinds } from "../../core/plugin/plugin.ts";
import type { CandidateInSubspace, Reward } from "../../core/plugin/reward.ts";
import type { Space } from "../../core/plugin/space.ts";
import type { SearchEvent } from "../../core/record/events.ts";
import type { Case } from "./case.ts";

const candidates: readonly CandidateInSubspace[] = [-5, 0, 1e-9, 3.5, 40].map((improvement) => ({
  architecture: [1, 2],
  score: 60 + improvement,
  centre: { architecture: [0, 2], score: 60 },
}));

/** Where an instance stands, for errors. */
function placed<K extends Kind>(kind: K, name: string) {
  return { plugin: { kind, name }, pointer: `/${kind}`, file: "the contract" } as const;
}

/** An instance, complete. */
function whole<K extends Kind>(kind: K, instance: Kinds[K]): Kinds[K] {
  assert.equal(problemOf(kind, instance), undefined);
  return instance;
}

/**
 * What every reward promises.
 * @param create  makes a fresh instance
 */
export function rewardContract(name: string, create: () => Reward | Promise<Reward>): Case[] {
  const place = placed("reward", name);
  const checked = async () => checkedReward(whole("reward", await create()), place, new Blame([place]));
  /** Each by an instance of its own. */
  const shaped = async () => {
    const rewards: number[] = [];
    for (const candidate of candidates) rewards.push((await checked()).shape(candidate.score, candidate));
    return rewards;
  };
  return [
    [`${name} shapes finite rewards into finite rewards`, async () => void (await shaped())],
    [
      `${name} never prefers the worse of two candidates of one centre`,
      async () => {
        const rewards = await shaped();
        for (let i = 1; i < rewards.length; i++) assert.ok(rewards[i]! >= rewards[i - 1]!);
      },
    ],
    [
      `${name} gives an architecture the value that it shapes a reward into, if it gives one`,
      async () => {
        const reward = await checked();
        for (const candidate of candidates) {
          const { score } = candidate;
          if (reward.value) assert.equal(reward.value(score, candidate), reward.shape(score, candidate));
        }
      },
    ],
    [
      `${name} leaves the candidate as it was`,
      async () => {
        const candidate = candidates[3]!;
        const before = structuredClone(candidate);
        (await checked()).shape(candidate.score, candidate);
        assert.deepEqual(candidate, before);
      },
    ],
  ];
}

/**
 * What every acceptance rule promises.
 * @param create  makes a fresh instance
 */
export function acceptanceContract(name: string, create: () => Acceptance | Promise<Acceptance>): Case[] {
  const place = placed("acceptance", name);
  const checked = async () => checkedAcceptance(whole("acceptance", await create()), place, new Blame([place]));
  return [
    [
      `${name} answers yes or no, and the same again`,
      async () => {
        for (const candidate of candidates) assert.equal((await checked()).accepts(candidate), (await checked()).accepts(candidate));
      },
    ],
    [
      `${name} accepts nothing that it does not admit, if it is a limit`,
      async () => {
        for (const candidate of candidates) {
          const feasible = (await checked()).feasible?.(candidate.architecture) ?? true;
          if (!feasible) assert.equal((await checked()).accepts(candidate), false);
        }
      },
    ],
  ];
}

/**
 * What every plugin for the first centres promises.
 * @param create  makes a fresh instance over the space, with the random stream of a seed
 */
export function initialContract(name: string, space: Space, count: number, create: (seed: number) => Initial | Promise<Initial>): Case[] {
  const place = placed("initial", name);
  const centres = async (seed: number) => {
    const initial = whole("initial", await create(seed));
    return checkedInitial(initial, place, new Blame([place], space), space).centres(count);
  };
  return [
    [`${name} gives as many centres as asked for, all of the space`, async () => assert.equal((await centres(1)).length, count)],
    [`${name} gives the same centres for the same seed`, async () => assert.deepEqual(await centres(7), await centres(7))],
  ];
}

/** One short run, event by event. */
export const shortRun: readonly SearchEvent[] = (() => {
  const metric = { name: "accuracy", dataset: "tiny", split: "validation", epochs: 1, trainedOn: "train", unit: "percent" } as const;
  const facts = [
    { type: "run.started", metric },
    { type: "architecture.evaluated", query: -1, architecture: "0-0", score: 10, charged: { queries: 0, seconds: 0 } },
    { type: "subspace.evoked", subspace: 0, architecture: "0-0", score: 10 },
    { type: "architecture.proposed", query: 0, architecture: "0-1", subspace: 0, distance: 1 },
    { type: "architecture.evaluated", query: 0, architecture: "0-1", score: 12, charged: { queries: 1, seconds: 3 } },
    { type: "reward.shaped", query: 0, reward: 2 },
    { type: "subspace.updated", query: 0, subspace: 0, architecture: "0-1", score: 12 },
    { type: "policy.updated", query: 0 },
    { type: "run.finished", reason: "budget", test: { metric: { ...metric, split: "test" }, value: 11.5 }, incumbentTests: [9.5, 11.5] },
  ];
  return facts.map((fact, sequence) => Object.freeze({ run: "0123abcd", seed: 3, sequence, ...fact }) as unknown as SearchEvent);
})();

/**
 * What every observer promises.
 * @param create  makes a fresh instance
 */
export function observerContract(name: string, create: () => Observer | Promise<Observer>): Case[] {
  const hear = async (events: readonly SearchEvent[]) => {
    const observer = whole("observer", await create());
    for (const event of events) if (!observer.types || observer.types.includes(event.type)) await observer.next(event);
    await observer.finish?.();
  };
  return [
    [`${name} hears a whole run without complaint`, () => hear(shortRun)],
    [`${name} hears the end of no run at all without complaint`, () => hear([])],
    [
      `${name} hears a run that failed without complaint`,
      () => hear([shortRun[0]!, { ...shortRun[8]!, type: "run.failed", reason: "the table is gone" } as SearchEvent]),
    ],
    [
      `${name} hears two runs, one among the other, without complaint`,
      () => hear(shortRun.flatMap((event) => [event, { ...event, seed: 4 }])),
    ],
  ];
}
