/** The parameters of a request: each has a type and bounds, and what is not as it should be is told. @module */
import { MOST_ROWS } from "../api.ts";

/** What is wrong with a request, and the status that says so. */
export class Refusal extends Error {
  readonly status: 400 | 404 | 503;
  readonly code: string;

  constructor(status: 400 | 404 | 503, code: string, message: string) {
    super(message);
    [this.status, this.code] = [status, code];
  }
}

/** Characters of a text. */
const LONGEST = 10_000;

export class Parameters {
  readonly #query: URLSearchParams;

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  text(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw invalid(`${name} is missing`);
    return value;
  }

  optional(name: string): string | undefined {
    const value = this.#query.get(name) ?? undefined;
    if (value !== undefined && value.length > LONGEST) throw invalid(`${name} is longer than ${LONGEST} characters`);
    return value;
  }

  /** A whole number. */
  integer(name: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
    return this.optionalInteger(name, least, most) ?? missing(name);
  }

  optionalInteger(name: string, least = 0, most = Number.MAX_SAFE_INTEGER): number | undefined {
    const text = this.optional(name);
    if (text === undefined) return undefined;
    const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most)) throw invalid(`${name} is no whole number from ${least} to ${most}`);
    return number;
  }

  /** One of a few words. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.optional(name);
    if (text === undefined) return undefined;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw invalid(`${name} is none of ${choices.join(", ")}`);
    return found;
  }

  page<T extends string>(sorts: readonly T[]) {
    return {
      sort: this.choice("sort", sorts) ?? sorts[0]!,
      descending: this.choice("order", ["ascending", "descending"]) === "descending",
      offset: this.optionalInteger("offset") ?? 0,
      limit: this.optionalInteger("limit", 1, MOST_ROWS) ?? 50,
    };
  }
}

function invalid(problem: string): Refusal {
  return new Refusal(400, "PARAMETER_INVALID", `Cannot answer: ${problem}.`);
}

function missing(name: string): never {
  throw invalid(`${name} is missing`);
}
