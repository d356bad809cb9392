/** Slots, such as GPUs: who may use which, over all experiments of this process. @module */
import { digestOf } from "../../../core/json/canonical-json.ts";
import type { Program } from "../../../core/plugin/processes.ts";

/** A slot, as one of those that may use it sees it. */
interface Slot {
  /** What is the same slot for all that use it. */
  readonly key: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The right to have one process at work in a slot. */
export interface Place extends Slot {
  readonly free: () => void;
}

/** What somebody waits for. */
interface Claim {
  readonly slots: Program["slots"];
  readonly perSlot: number;
  /** Called when there is a place, or none is wanted any more. */
  readonly settle: (place: Place) => void;
}

/** Gives places away: to each slot's first claim first. */
export class Slots {
  /** By key: for each of those in the slot, how many it bears there. */
  readonly #inUse = new Map<string, number[]>();
  readonly #waiting = new Set<Claim>();

  /** @throws the reason of the signal, when it is aborted while a place is waited for */
  claim({ slots, perSlot }: Pick<Program, "slots" | "perSlot">, signal: AbortSignal): Promise<Place> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const aborted = () => {
        this.#waiting.delete(claim);
        reject(signal.reason);
      };
      const settle = (place: Place) => {
        signal.removeEventListener("abort", aborted);
        resolve(place);
      };
      const claim: Claim = { slots, perSlot, settle };
      this.#waiting.add(claim);
      signal.addEventListener("abort", aborted, { once: true });
      this.#give();
    });
  }

  /** Gives what is free to those who wait, in the order in which they came. */
  #give(): void {
    for (const claim of this.#waiting) {
      const slot = this.#freeSlot(claim);
      if (!slot) continue;
      this.#waiting.delete(claim);
      claim.settle(this.#place(slot, claim.perSlot));
    }
  }

  #place(slot: Slot, perSlot: number): Place {
    const holders = this.#inUse.get(slot.key) ?? [];
    this.#inUse.set(slot.key, [...holders, perSlot]);
    const free = () => {
      const others = [...this.#inUse.get(slot.key)!];
      others.splice(others.indexOf(perSlot), 1);
      if (others.length > 0) this.#inUse.set(slot.key, others);
      else this.#inUse.delete(slot.key);
      this.#give();
    };
    return { ...slot, free };
  }

  /** Of the slots that have room, the first one with the fewest in it. */
  #freeSlot({ slots, perSlot }: Claim): Slot | undefined {
    let best: { readonly slot: Slot; readonly users: number } | undefined;
    for (const slot of slotsOf(slots)) {
      const holders = this.#inUse.get(slot.key) ?? [];
      if (holders.length >= Math.min(perSlot, ...holders)) continue;
      if (!best || holders.length < best.users) best = { slot, users: holders.length };
      if (holders.length === 0) break;
    }
    return best?.slot;
  }
}

/** The slots of a program; endless where their number is not limited. */
function* slotsOf(slots: Program["slots"] = Number.POSITIVE_INFINITY): Generator<Slot> {
  const count = typeof slots === "number" ? slots : slots.length;
  for (let index = 0; index < count; index++) {
    const variables = typeof slots === "number" ? {} : slots[index]!;
    const nameless = Object.keys(variables).length === 0;
    yield { key: nameless ? `${index}` : digestOf(variables), variables: { EVOKE_SLOT: `${index}`, ...variables } };
  }
}
