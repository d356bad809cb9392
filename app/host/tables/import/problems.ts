/** What is wrong with a file that is imported: as much of it as people read at once. @module */
import { tableSourceInvalid } from "../../../../core/errors/index.ts";
import type { SourceRows } from "../source/source-rows.ts";

/** Problems that an error shows. */
const SHOWN = 20;

/** Collects problems of a file, so that one call tells all of them. */
export class Problems {
  readonly #shown: string[] = [];
  readonly #source: SourceRows;
  readonly #description: string;
  #count = 0;

  /** @param description  the file of the description */
  constructor(source: SourceRows, description: string) {
    this.#source = source;
    this.#description = description;
  }

  /** A problem in a cell of the file. */
  at(row: number, column: string, problem: string): void {
    this.add(`${this.#source.place(row)}, column ${JSON.stringify(column)}: ${problem}`);
  }

  add(problem: string): void {
    if (++this.#count <= SHOWN) this.#shown.push(problem);
  }

  /** @throws EvokeError TABLE_INVALID if there are any */
  refuse(): void {
    if (this.#count > 0) throw tableSourceInvalid(this.#source.file, this.#description, this.#shown, this.#count);
  }
}
