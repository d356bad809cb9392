/**
 * The course of a search as moments, one for each line of Algorithm 1 that was done: a fold over the search's events, and
 * over the decisions of its policy.
 *
 * @module
 */
import type { SearchEvent } from "../../../core/record/events.ts";
import type { Decision } from "./watched-policy.ts";

/** Of Algorithm 1; a search of the whole space has 4b, 4c, 4e and 5 only. */
export type Line = "2" | "3" | "4a" | "4b" | "4c" | "4d" | "4e" | "5";

export interface Centre {
  readonly cell: number;
  readonly score: number;
}

/** A change of one component, as the policy chose it. */
export interface Modification {
  readonly edge: Decision;
  readonly operation: Decision;
}

/** What one query has come to, so far. */
export interface QueryState {
  readonly number: number;
  /** Left out in a search of the whole space. */
  readonly subspace?: number;
  /** The decision for the subspace. */
  readonly evoked?: Decision;
  /** The centre that the candidate was made from. */
  readonly from?: Centre;
  readonly modifications?: readonly Modification[];
  readonly candidate?: number;
  readonly score?: number;
  readonly reward?: number;
  readonly replaced?: boolean;
}

export interface Best {
  readonly cell: number;
  readonly score: number;
}

/** The search after one line. What it shares with the moments before and after it only grows: `evaluations`, `moves`. */
export interface Moment {
  readonly line: Line;
  readonly centres: readonly Centre[];
  readonly query?: QueryState;
  /** How many of the course's evaluations, moves and best scores there are by now. */
  readonly evaluations: number;
  readonly moves: number;
  readonly queries: number;
  readonly best?: Best;
  /** The test accuracy of the answer, at the end. */
  readonly test?: number;
}

export interface Evaluation {
  readonly cell: number;
  readonly score: number;
  readonly subspace?: number;
}

/** A centre gave way to another. */
export interface Move {
  readonly subspace: number;
  readonly from: number;
  readonly to: number;
}

export class Course {
  readonly moments: Moment[] = [];
  readonly evaluations: Evaluation[] = [];
  readonly moves: Move[] = [];
  /** The best score after each query, from 0; the first centres count. */
  readonly bestScores: number[] = [];
  readonly #number: (architecture: string) => number;
  readonly #decisions: Decision[] = [];
  #centres: readonly Centre[] = [];
  #query: QueryState | undefined;
  #best: Best | undefined;

  /** @param number  the number of a cell, from its text */
  constructor(number: (architecture: string) => number) {
    this.#number = number;
  }

  decided(decision: Decision): void {
    this.#decisions.push(decision);
  }

  next(event: SearchEvent): void {
    switch (event.type) {
      case "subspace.evoked":
        this.#centres = [...this.#centres, { cell: this.#number(event.architecture), score: event.score }];
        break;
      case "architecture.proposed":
        this.#proposed(event);
        break;
      case "architecture.evaluated":
        this.#evaluated(event);
        break;
      case "reward.shaped":
        this.#query = { ...this.#query!, reward: event.reward };
        this.#add("4c");
        break;
      case "subspace.updated":
        this.#updated(event);
        break;
      case "policy.updated":
        if (this.#query!.subspace !== undefined && !this.#query!.replaced) {
          this.#query = { ...this.#query!, replaced: false };
          this.#add("4d");
        }
        this.#add("4e");
        break;
      case "run.finished":
        this.#query = undefined;
        this.#add("5", event.test?.value);
        break;
    }
  }

  #proposed({ query: number, architecture, subspace }: SearchEvent<"architecture.proposed">): void {
    const candidate = this.#number(architecture);
    const [evoked, ...choices] = this.#decisions.splice(0);
    if (subspace === undefined) {
      this.#query = { number, candidate };
      this.#add("4b");
      return;
    }
    if (number === 0) {
      this.#query = undefined;
      this.#add("2");
      this.#add("3");
    }
    const from = this.#centres[subspace]!;
    const modifications = Array.from({ length: choices.length / 2 }, (_, m) => ({ edge: choices[2 * m]!, operation: choices[2 * m + 1]! }));
    this.#query = { number, subspace, from, ...(evoked && { evoked }) };
    this.#add("4a");
    this.#query = { ...this.#query, modifications, candidate };
    this.#add("4b");
  }

  #evaluated({ query, architecture, score }: SearchEvent<"architecture.evaluated">): void {
    const cell = this.#number(architecture);
    if (!this.#best || score > this.#best.score) this.#best = { cell, score };
    const subspace = query < 0 ? this.evaluations.length : this.#query!.subspace;
    this.evaluations.push({ cell, score, ...(subspace !== undefined && { subspace }) });
    if (query < 0) return;
    this.bestScores[query] = this.#best.score;
    this.#query = { ...this.#query!, score };
  }

  #updated({ subspace, architecture, score }: SearchEvent<"subspace.updated">): void {
    const to = this.#number(architecture);
    this.moves.push({ subspace, from: this.#centres[subspace]!.cell, to });
    this.#centres = this.#centres.with(subspace, { cell: to, score });
    this.#query = { ...this.#query!, replaced: true };
    this.#add("4d");
  }

  #add(line: Line, test?: number): void {
    this.moments.push({
      line,
      centres: this.#centres,
      ...(this.#query && { query: this.#query }),
      evaluations: this.evaluations.length,
      moves: this.moves.length,
      queries: this.bestScores.length,
      ...(this.#best && { best: this.#best }),
      ...(test !== undefined && { test }),
    });
  }
}
