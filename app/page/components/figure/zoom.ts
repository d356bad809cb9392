/**
 * From where to where the axes of a figure go, and how that changes: a frame is one pair of axes, of which a figure may have
 * several. Domains are kept in signals of Vega that app/report/figures/interactive.ts has put there.
 *
 * @module
 */
import type { View } from "vega";

/** A pair of axes that zoom, as `usermeta.frames` of a figure lists them: names of scales, and of the marks' group. */
export interface ZoomFrame {
  /** Absent where the whole figure is one frame. */
  readonly group?: string;
  readonly x?: string;
  readonly y?: string;
}

/** A place of a frame, each from 0 to 1: from left to right, from top to bottom. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

interface Scale {
  (value: number): number;
  readonly domain: () => readonly number[];
  readonly range: () => readonly number[];
  readonly invert: (position: number) => number;
}
interface Group {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
}
interface Marks {
  readonly name?: string;
  readonly marktype: string;
  readonly items: readonly (Group & { readonly items?: readonly Marks[] })[];
}

/** The narrowest part of an axis that is shown, of all of it: narrower, numbers lose their digits. */
const NARROWEST = 1e-5;

/** The signal that holds where an axis goes from and to; nothing, for all of it. */
const domainOf = (scale: string) => `zoom_${scale}`;

export class Zoom {
  readonly #view: View;
  readonly #frames: readonly ZoomFrame[];
  /** All of each axis, by its scale. */
  readonly #whole = new Map<string, readonly [number, number]>();

  constructor(view: View, frames: readonly ZoomFrame[]) {
    [this.#view, this.#frames] = [view, frames];
    for (const name of frames.flatMap(({ x, y }) => [x, y])) if (name !== undefined) this.#whole.set(name, ends(this.#scale(name)));
  }

  get frames(): readonly ZoomFrame[] {
    return this.#frames;
  }

  /** True while any axis shows a part. */
  get zoomed(): boolean {
    return [...this.#whole.keys()].some((name) => this.#view.signal(domainOf(name)) != null);
  }

  /** The frame at a place of the figure, in its own pixels, and where in it that is. */
  at(x: number, y: number): { readonly frame: ZoomFrame; readonly place: Place } | undefined {
    for (const frame of this.#frames) {
      const box = this.#box(frame);
      const place = { x: (x - box.x) / box.width, y: (y - box.y) / box.height };
      if (place.x >= 0 && place.x <= 1 && place.y >= 0 && place.y <= 1) return { frame, place };
    }
    return undefined;
  }

  /** How large a frame is, in pixels of the figure. */
  size(frame: ZoomFrame): { readonly width: number; readonly height: number } {
    return this.#box(frame);
  }

  /** Shows a part that is `factor` as wide as what is shown now; what is at the place stays where it is. */
  by(factor: number, { frame, place }: { readonly frame: ZoomFrame; readonly place: Place }): void {
    const nearest = { x: place.x, y: 1 - place.y };
    for (const axis of ["x", "y"] as const)
      this.#change(frame[axis], (from, to) => {
        const fixed = from + nearest[axis] * (to - from);
        return [fixed + factor * (from - fixed), fixed + factor * (to - fixed)];
      });
    this.#show();
  }

  /** Moves what is shown. @param by  shares of the frame: to the right, and down */
  move(frame: ZoomFrame, by: Place): void {
    for (const [axis, share] of [
      ["x", -by.x],
      ["y", by.y],
    ] as const)
      this.#change(frame[axis], (from, to) => [from + share * (to - from), to + share * (to - from)]);
    this.#show();
  }

  /** Shows all again. */
  reset(): void {
    for (const name of this.#whole.keys()) this.#view.signal(domainOf(name), null);
    this.#show();
  }

  #show(): void {
    this.#view.signal("zoomed", this.zoomed).run();
  }

  #scale(name: string): Scale {
    return this.#view.scale(name) as Scale;
  }

  /** @param change  where the part goes from and to, in shares of the axis as it is shown, 0 at the left or below */
  #change(name: string | undefined, change: (from: number, to: number) => [number, number]): void {
    if (name === undefined) return;
    const scale = this.#scale(name);
    const range = scale.range();
    const [start, end] = [range[0]!, range.at(-1)!];
    const at = (share: number) => scale.invert(start + share * (end - start));
    const [from, to] = change(0, 1);
    const whole = this.#whole.get(name)!;
    // Places of the whole axis, by the scale as it is now, logarithmic or not.
    const [first, last] = whole.map((value) => (scale(value) - start) / (end - start)) as [number, number];
    if (to - from < NARROWEST * (last - first)) return;
    // Nothing is beyond the ends: where a part would go there, it stops at them.
    const beyond = Math.max(first - from, 0) || Math.min(last - to, 0);
    const part = [Math.max(from + beyond, first), Math.min(to + beyond, last)] as const;
    const all = part[1] - part[0] > (1 - NARROWEST) * (last - first);
    this.#view.signal(domainOf(name), all ? null : [at(part[0]), at(part[1])]);
  }

  #box({ group }: ZoomFrame): { x: number; y: number; width: number; height: number } {
    const [left, top] = this.#view.origin();
    const root = (this.#view.scenegraph() as unknown as { readonly root: Marks }).root.items[0]!;
    const found = (group === undefined ? undefined : placeOf(group, root.items ?? [])) ?? {
      x: 0,
      y: 0,
      width: root.width,
      height: root.height,
    };
    return { ...found, x: found.x + left, y: found.y + top };
  }
}

function ends(scale: Scale): readonly [number, number] {
  const domain = scale.domain();
  return [domain[0]!, domain.at(-1)!];
}

/** Where the group of this name lies, from the upper left corner of the outermost. */
function placeOf(name: string, all: readonly Marks[]): { x: number; y: number; width: number; height: number } | undefined {
  for (const marks of all.filter(({ marktype }) => marktype === "group"))
    for (const { x = 0, y = 0, width, height, items = [] } of marks.items) {
      if (marks.name === name) return { x, y, width, height };
      const inner = placeOf(name, items);
      if (inner) return { ...inner, x: x + inner.x, y: y + inner.y };
    }
  return undefined;
}
