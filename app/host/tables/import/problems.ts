/** What is wrong with a file that is imported: as much of it as people read at once. @module */
import { tableSourceInvalid } from "../../../../core/errors/index.ts";
import type { SourceRows } from "../source/source-rows.ts";

/** Problems that an error shows. */
const SHOWN = 20;
/** Of one column: where it is not what it was taken for, every line of it is wrong. */
const SHOWN_OF_COLUMN = 5;

/** Collects problems of a file, so that one call tells all of them. */
export class Problems {
  readonly #shown: string[] = [];
  readonly #source: SourceRows;
  readonly #description: string;
  readonly #ofColumn = new Map<string, number>();
  #count = 0;

  /** @param description  the file of the description */
  constructor(source: SourceRows, description: string) {
    this.#source = source;
    this.#description = description;
  }

  /** A problem in a cell of the file. */
  at(row: number, column: string, problem: string): void {
    const before = this.#ofColumn.get(column) ?? 0;
    this.#ofColumn.set(column, before + 1);
    if (before >= SHOWN_OF_COLUMN) this.#count++;
    else this.add(`${this.#source.place(row)}, column ${JSON.stringify(column)}: ${problem}`);
  }

  add(problem: string): void {
    this.#count++;
    if (this.#shown.length < SHOWN) this.#shown.push(problem);
  }

  /** @throws EvokeError TABLE_INVALID if there are any */
  refuse(): void {
    if (this.#count > 0) throw tableSourceInvalid(this.#source.file, this.#description, this.#shown, this.#count);
  }
}
