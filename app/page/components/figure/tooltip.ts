/**
 * The box beside the pointer that says what a mark of a figure stands for. Names and values come in as text, whatever
 * characters they have.
 *
 * @module
 */

/** Pixels from the pointer, and from the edges of the window. */
const AWAY = 12;
const EDGE = 6;

/** One box in a page; it is outside of all figures, so that none cuts it off. */
export class Tooltip {
  #box: HTMLElement | undefined;

  /**
   * @param value  what Vega gives: an object of values by name, or one value; nothing hides the box
   * @param at  where the pointer is, in pixels of the window
   */
  show(value: unknown, at: { readonly x: number; readonly y: number }): void {
    if (value === null || value === undefined || value === "") {
      this.hide();
      return;
    }
    const box = (this.#box ??= this.#made());
    box.replaceChildren(...(typeof value === "object" ? Object.entries(value).map(pair) : [String(value)]));
    box.hidden = false;
    const { width, height } = box.getBoundingClientRect();
    const within = (from: number, size: number, room: number) => {
      const beyond = from + AWAY + size > room - EDGE;
      return Math.max(EDGE, beyond ? from - AWAY - size : from + AWAY);
    };
    box.style.left = `${within(at.x, width, document.documentElement.clientWidth)}px`;
    box.style.top = `${within(at.y, height, window.innerHeight)}px`;
  }

  hide(): void {
    if (this.#box) this.#box.hidden = true;
  }

  /** What it says now, in one line; undefined while it is hidden. */
  get text(): string | undefined {
    if (!this.#box || this.#box.hidden) return undefined;
    return [...this.#box.children].map((line) => [...line.children].map(({ textContent }) => textContent).join(": ")).join(", ");
  }

  #made(): HTMLElement {
    const box = document.createElement("dl");
    box.className = "tooltip";
    // What it says of a mark that is chosen by the keyboard is said in a live region of the figure.
    box.ariaHidden = "true";
    document.body.append(box);
    return box;
  }
}

function pair([name, value]: [string, unknown]): HTMLElement {
  const [line, term, meaning] = [document.createElement("div"), document.createElement("dt"), document.createElement("dd")];
  term.textContent = name;
  meaning.textContent = String(value);
  line.append(term, meaning);
  return line;
}
