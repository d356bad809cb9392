/** A method of weight sharing as a trainer sees it: what it gives, and what it asks of the weights, is looked at as it comes. @module */
import { architectureDiverged, pluginAnswerInvalid } from "../../errors/index.ts";
import { problemsOf } from "../../json/schema.ts";
import type { OpenNetwork } from "../../space/open-network.ts";
import {
  type Mixture,
  type SharedWeights,
  type Standing,
  type WeightSharingMethod,
  weightScheduleSchema,
} from "../../training/weight-sharing.ts";
import type { Space } from "../space.ts";
import { type Blame, described, type Place } from "./blame.ts";
import { found } from "./found.ts";
import { count, method, must, object, optional, problemIn, type Rules } from "./members.ts";
import { membership } from "./space.ts";

const { halfPeriod: _, ...required } = weightScheduleSchema.properties;
const COMPLETE_SCHEDULE = { ...weightScheduleSchema, required: Object.keys(required) };

const METHOD: Rules<WeightSharingMethod> = {
  schedule: (value, member) => object({})(value, member) ?? problemsOf(COMPLETE_SCHEDULE, value, `its ${member}`)[0],
  publishedSteps: must("a finite number above 0", (value) => Number.isFinite(value) && (value as number) > 0),
  partial: optional(count),
  epoch: method,
  save: method,
  restore: method,
  rank: method,
};

/** Whose method it is. */
interface Owner {
  readonly place: Place;
  readonly blame: Blame;
}

/** @throws EvokeError that names the controller, where what it searches by is no method */
export function checkMethod(given: WeightSharingMethod, place: Place): void {
  const isObject = typeof given === "object" && given !== null;
  const problem = isObject ? problemIn(given, METHOD) : `it must be an object; found ${found(given)}`;
  if (problem !== undefined) throw pluginAnswerInvalid(described(place), "prepare", `must search by a method: ${problem}`);
}

/** @param given  as `checkMethod` has found it right */
export function checkedMethod(given: WeightSharingMethod, open: OpenNetwork, space: Space, owner: Owner): WeightSharingMethod {
  const { place, blame } = owner;
  const { schedule, publishedSteps, partial } = given;
  const gave = (method: string, expected: string, value: unknown) => blame.gave(place, method, expected, value);
  const watched = async <T>(method: string, work: () => T): Promise<Awaited<T>> => {
    try {
      return await work();
    } catch (error) {
      throw blame.threw(place, method, error);
    }
  };
  const isMember = membership(space);
  const isShaped = (value: unknown): value is Mixture => isMixture(value, open);
  const each = `a number for each operation of each edge, that is ${shapeOf(open.edges.map(({ operations }) => operations))}`;
  /** A mixture of another shape: its numbers are not what is wrong. */
  const gaveMixture = (method: string, expected: string, value: unknown) =>
    isTable(value)
      ? pluginAnswerInvalid(described(place), method, `must give ${expected}; it gave ${shapeOf(value)}`)
      : gave(method, expected, value);

  /** Calls a method with weights, which it may ask as long as it lasts. */
  async function asking<T>(method: "epoch" | "rank", epoch: number, weights: SharedWeights, call: (weights: SharedWeights) => Promise<T>) {
    const wrong = (problem: string) => pluginAnswerInvalid(described(place), method, problem);
    const late = () => wrong("asks something of the weights, and ends before it is answered: await each call");
    const checkMixture = (asked: string, mixture: unknown) => {
      if (!isShaped(mixture)) throw gaveMixture(method, `${asked}() mixtures, each ${each}`, mixture);
      if (!isAllFinite(mixture)) throw architectureDiverged(epoch);
    };
    const checkMixtures = (asked: string, mixtures: unknown) => {
      if (!Array.isArray(mixtures)) throw gave(method, `${asked}() a list of mixtures`, mixtures);
      for (const mixture of mixtures) checkMixture(asked, mixture);
    };
    const state = { over: false, asked: 0, remembered: false, directed: false };
    const answered = async <T>(work: () => Promise<T>): Promise<T> => {
      if (state.over) throw late();
      state.asked++;
      try {
        return await work();
      } finally {
        state.asked--;
      }
    };
    const result = await watched(method, () =>
      call({
        ...weights,
        learn: (mixtures, ...options) =>
          answered(() => {
            checkMixtures("learn", mixtures);
            return weights.learn(mixtures, ...options);
          }),
        judge: (mixture, options) =>
          answered(() => {
            checkMixture("judge", mixture);
            const { of }: { readonly of: unknown } = options?.images ?? { of: "architecture" };
            if (of !== "weights" && of !== "architecture") throw gave(method, 'judge() images of "weights" or of "architecture"', of);
            state.directed ||= options?.keep === true;
            return weights.judge(mixture, options);
          }),
        remember: () =>
          answered(() => {
            state.remembered = true;
            return weights.remember();
          }),
        recall: () =>
          answered(() => {
            if (!state.remembered) throw wrong("calls recall() before remember()");
            return weights.recall();
          }),
        move: (times) =>
          answered(() => {
            if (!state.directed) throw wrong('calls move() before judge() with "keep"');
            if (typeof times !== "number") throw gave(method, "move() a number", times);
            if (!Number.isFinite(times)) throw architectureDiverged(epoch);
            return weights.move(times);
          }),
        accuracies: (mixtures, images) =>
          answered(() => {
            checkMixtures("accuracies", mixtures);
            if (images !== "all" && !(Number.isInteger(images) && images >= 1))
              throw gave(method, 'accuracies() a whole number of images from 1, or "all"', images);
            return weights.accuracies(mixtures, images);
          }),
      }),
    );
    state.over = true;
    if (state.asked > 0) throw late();
    return result;
  }

  function checkStanding(standing: Standing, epoch: number): void {
    if (typeof standing !== "object" || standing === null) throw gave("epoch", 'a promise of { "loss", "probabilities" }', standing);
    const { loss, probabilities, curvature = 0, ended = false } = standing;
    if (typeof loss !== "number") throw gave("epoch", 'a number as "loss"', loss);
    if (!isShaped(probabilities)) throw gaveMixture("epoch", `as "probabilities" ${each}`, probabilities);
    if (probabilities.some((edge) => edge.some((p) => p < 0))) throw gave("epoch", '"probabilities" from 0', probabilities);
    if (typeof curvature !== "number") throw gave("epoch", 'a number as "curvature", or none', curvature);
    if (typeof ended !== "boolean") throw gave("epoch", 'true or false as "ended", or none', ended);
    if (!isAllFinite(probabilities) || !Number.isFinite(curvature)) throw architectureDiverged(epoch);
  }

  function save(): readonly number[] {
    try {
      const saved: unknown = given.save();
      if (Array.isArray(saved) && saved.every((value) => typeof value === "number")) return saved;
      throw gave("save", "a list of numbers", saved);
    } catch (error) {
      throw blame.threw(place, "save", error);
    }
  }

  return {
    ...{ schedule, publishedSteps },
    ...(partial !== undefined && { partial }),
    async epoch(epoch, weights) {
      const standing = await asking("epoch", epoch, weights, (checked) => given.epoch(epoch, checked));
      checkStanding(standing, epoch);
      if (epoch === 1) save(); // what is wrong there is not to be found after many epochs
      return standing;
    },
    save,
    restore(saved) {
      try {
        given.restore(saved);
      } catch (error) {
        throw blame.threw(place, "restore", error);
      }
    },
    async rank(weights, network) {
      const ranked: unknown = await asking("rank", weights.schedule.epochs, weights, (checked) => given.rank(checked, network));
      if (!Array.isArray(ranked) || ranked.length === 0) throw gave("rank", "a promise of a list of architectures", ranked);
      for (const architecture of ranked) if (!isMember(architecture)) throw blame.stranger(place, "rank", architecture);
      return ranked;
    },
  };
}

function isTable(value: unknown): value is readonly (readonly unknown[])[] {
  return Array.isArray(value) && value.every((row) => Array.isArray(row) && row.every((one) => typeof one === "number"));
}

/** How many there are for each edge. */
function shapeOf(table: readonly (readonly unknown[])[]): string {
  return `${table.map(({ length }) => length).join(" + ")} numbers`;
}

/** Whether it has a number for each operation of each edge. */
function isMixture(value: unknown, { edges }: OpenNetwork): value is Mixture {
  return isTable(value) && value.length === edges.length && value.every(({ length }, e) => length === edges[e]!.operations.length);
}

function isAllFinite(mixture: Mixture): boolean {
  return mixture.every((weights) => weights.every(Number.isFinite));
}
