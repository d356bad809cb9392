/** What a program prints, however much it is, in bounded memory. @module */

/** Characters of a line that is read; a longer one is not of the protocol. */
const LONGEST_LINE = 4 * 2 ** 20;
/** Characters of a log that are kept. */
const LOG = 64 * 1024;

/** Makes lines of a text that comes in pieces. */
export class Lines {
  #pieces: string[] = [];
  #length = 0;
  readonly #line: (line: string) => void;
  readonly #excess: (text: string) => void;

  /**
   * @param line  told each line, without its end
   * @param excess  told what belongs to a line that is too long, and is handed on as it comes
   */
  constructor(line: (line: string) => void, excess: (text: string) => void) {
    this.#line = line;
    this.#excess = excess;
  }

  add(text: string): void {
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      this.#extend(text.slice(from, end));
      this.end(true);
      from = end + 1;
    }
    this.#extend(text.slice(from));
  }

  /** The last line may have no end. */
  end(complete = false): void {
    if (this.#length > LONGEST_LINE) this.#excess("\n");
    else if (complete || this.#length > 0) this.#line(this.#pieces.join("").replace(/\r$/, ""));
    this.#pieces = [];
    this.#length = 0;
  }

  #extend(text: string): void {
    this.#length += text.length;
    if (this.#length <= LONGEST_LINE) {
      this.#pieces.push(text);
      return;
    }
    for (const piece of [...this.#pieces, text]) this.#excess(piece);
    this.#pieces = [];
  }
}

/** The end of a log. */
export class LogTail {
  #text = "";

  add(text: string): void {
    this.#text += text;
    if (this.#text.length > 2 * LOG) this.#text = this.toString(); // not for each line, which may be short
  }

  toString(): string {
    return this.#text.slice(-LOG);
  }
}
