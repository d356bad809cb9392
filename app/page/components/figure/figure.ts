/**
 * A figure that answers: values beside the pointer, zoom by the wheel and by moving, the same by buttons and keys. It
 * is drawn by Vega, which a page loads as the global `vega` before its own script, and interprets expressions, so that it
 * needs no right to evaluate code.
 *
 * @module
 */
import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { Tooltip } from "./tooltip.ts";
import { Zoom, type ZoomFrame } from "./zoom.ts";

/** A figure as app/report/figures/interactive.ts compiles it: a specification of Vega. */
export interface CompiledFigure {
  readonly usermeta?: { readonly frames?: readonly ZoomFrame[] };
  readonly [key: string]: unknown;
}

export interface FigureOptions {
  /** Of files that are saved, without ending. */
  readonly name: string;
  /** What it shows, for those who cannot see it. */
  readonly caption: string;
}

export interface ShownFigure {
  readonly view: vega.View;
  readonly zoom: Zoom;
  /** Ends it: what it has put into the page is removed. */
  end(): void;
}

/** Of what is shown, after a step by the wheel and by a button. */
const [WHEEL, STEP] = [0.85, 0.6];
/** Of the frame, by a key. */
const MOVE = 0.15;
/** Pixels: less is a click with a trembling hand. */
const LEAST_MOVE = 3;

const tooltip = new Tooltip();

/**
 * Draws a figure in the place of what is in the host, and buttons below it. The figure takes the focus: arrows go from mark
 * to mark, with Shift they move what is shown; plus, minus and 0 zoom.
 * @param host  an element that holds nothing else
 */
export async function showFigure(host: HTMLElement, figure: CompiledFigure, { name, caption }: FigureOptions): Promise<ShownFigure> {
  const { usermeta, background: _, ...spec } = figure;
  const plot = document.createElement("div");
  plot.className = "plot live";
  plot.tabIndex = 0;
  plot.role = "img";
  plot.ariaLabel = caption;
  const said = document.createElement("div");
  said.className = "aside";
  said.ariaLive = "polite";
  const view = new vega.View(vega.parse(spec as unknown as vega.Spec, {}, { ast: true }), {
    expr: expressionInterpreter,
    renderer: "svg",
    // Without an event where the view ends.
    tooltip: (_: unknown, event: MouseEvent | null, __: unknown, value: unknown) =>
      event ? tooltip.show(value, { x: event.clientX, y: event.clientY }) : tooltip.hide(),
  } as vega.ViewOptions);
  await view.initialize(plot).runAsync();
  const zoom = new Zoom(view, usermeta?.frames ?? []);
  plot.classList.toggle("zooms", zoom.frames.length > 0);
  const ending = new AbortController();
  byPointer(plot, zoom, ending.signal);
  byKeys(plot, view, zoom, said, ending.signal);
  host.replaceChildren(plot, tools(view, zoom, name), said);
  return {
    ...{ view, zoom },
    end() {
      ending.abort();
      tooltip.hide();
      view.finalize();
      host.replaceChildren();
    },
  };
}

/** The drawing as it stands in the window, where it may be smaller than it is. */
function drawn(plot: HTMLElement): { readonly left: number; readonly top: number; readonly scale: number } {
  const svg = plot.querySelector("svg")!;
  const { left, top, width } = svg.getBoundingClientRect();
  return { left, top, scale: width / Number(svg.getAttribute("width")) };
}

function byPointer(plot: HTMLElement, zoom: Zoom, signal: AbortSignal): void {
  if (zoom.frames.length === 0) return;
  const at = ({ clientX, clientY }: MouseEvent) => {
    const { left, top, scale } = drawn(plot);
    return zoom.at((clientX - left) / scale, (clientY - top) / scale);
  };
  plot.addEventListener(
    "wheel",
    (event) => {
      // A page is to scroll past its figures: the wheel is for one that has been chosen, or is asked for by a key.
      const there = event.ctrlKey || event.metaKey || plot.contains(document.activeElement) ? at(event) : undefined;
      if (!there) return;
      event.preventDefault();
      tooltip.hide();
      zoom.by(event.deltaY > 0 ? 1 / WHEEL : WHEEL, there);
    },
    { signal, passive: false },
  );
  plot.addEventListener("dblclick", () => zoom.reset(), { signal });
  plot.addEventListener(
    "pointerdown",
    (down) => {
      const there = down.button === 0 && down.pointerType !== "touch" ? at(down) : undefined;
      if (!there) return;
      const { width, height } = zoom.size(there.frame);
      const { scale } = drawn(plot);
      let [x, y] = [down.clientX, down.clientY];
      let moves = false;
      const moved = new AbortController();
      const until = { signal: AbortSignal.any([signal, moved.signal]) };
      const move = (event: PointerEvent) => {
        const by = { x: event.clientX - x, y: event.clientY - y };
        moves ||= Math.hypot(by.x, by.y) > LEAST_MOVE;
        if (!moves) return;
        [x, y] = [event.clientX, event.clientY];
        plot.classList.add("moved");
        tooltip.hide();
        zoom.move(there.frame, { x: by.x / scale / width, y: by.y / scale / height });
      };
      const stop = () => {
        moved.abort();
        plot.classList.remove("moved");
      };
      window.addEventListener("pointermove", move, until);
      window.addEventListener("pointerup", stop, until);
      window.addEventListener("pointercancel", stop, until);
    },
    { signal },
  );
}

interface Item {
  readonly tooltip?: unknown;
  readonly _svg?: SVGElement;
  readonly items?: readonly Item[];
}

/** The marks that say something, in the order in which they are drawn. */
function marksOf(view: vega.View): { readonly says: unknown; readonly element: SVGElement }[] {
  const visit = ({ items = [] }: Item): Item[] => items.flatMap((item) => [item, ...visit(item)]);
  return visit((view.scenegraph() as unknown as { readonly root: Item }).root).flatMap(({ tooltip: says, _svg: element }) =>
    says === undefined || says === null || element === undefined ? [] : [{ says, element }],
  );
}

function byKeys(plot: HTMLElement, view: vega.View, zoom: Zoom, said: HTMLElement, signal: AbortSignal): void {
  let chosen = -1;
  const step = (by: number) => {
    const marks = marksOf(view);
    if (marks.length === 0) return;
    chosen = (chosen + by + marks.length + (chosen < 0 && by < 0 ? 1 : 0)) % marks.length;
    const { says, element } = marks[chosen]!;
    const { left, top, width, height } = element.getBoundingClientRect();
    tooltip.show(says, { x: left + width / 2, y: top + height / 2 });
    said.textContent = tooltip.text ?? "";
  };
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [MOVE, 0],
    ArrowRight: [-MOVE, 0],
    ArrowUp: [0, MOVE],
    ArrowDown: [0, -MOVE],
  };
  const move = (x: number, y: number) => {
    for (const frame of zoom.frames) zoom.move(frame, { x, y });
  };
  plot.addEventListener(
    "keydown",
    (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const arrow = moves[event.key];
      if (arrow && event.shiftKey) move(...arrow);
      else if (arrow) step(event.key === "ArrowLeft" || event.key === "ArrowUp" ? -1 : 1);
      else if (event.key === "+" || event.key === "=") scaled(zoom, STEP);
      else if (event.key === "-") scaled(zoom, 1 / STEP);
      else if (event.key === "0") zoom.reset();
      else if (event.key === "Escape") tooltip.hide();
      else return;
      event.preventDefault();
      if (!arrow || event.shiftKey) tooltip.hide();
    },
    { signal },
  );
  plot.addEventListener(
    "blur",
    () => {
      chosen = -1;
      tooltip.hide();
    },
    { signal },
  );
}

/** All frames, around their middles. */
function scaled(zoom: Zoom, factor: number): void {
  for (const frame of zoom.frames) zoom.by(factor, { frame, place: { x: 0.5, y: 0.5 } });
}

function tools(view: vega.View, zoom: Zoom, name: string): HTMLElement {
  const bar = document.createElement("div");
  bar.className = "tools";
  const button = (text: string, label: string, press: () => void) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.title = label;
    made.ariaLabel = `${label}: ${name}`;
    made.addEventListener("click", press);
    bar.append(made);
  };
  if (zoom.frames.length > 0) {
    button("+", "Zoom in", () => scaled(zoom, STEP));
    button("−", "Zoom out", () => scaled(zoom, 1 / STEP));
    button("Reset", "Reset the zoom", () => zoom.reset());
  }
  for (const kind of ["svg", "png"] as const)
    button(kind.toUpperCase(), `Save as ${kind.toUpperCase()}`, () => void save(view, name, kind));
  return bar;
}

async function save(view: vega.View, name: string, kind: "svg" | "png"): Promise<void> {
  const link = document.createElement("a");
  link.download = `${name}.${kind}`;
  // In the page it has the ground that the theme gives it; in a file, that of paper.
  const ground = view.background();
  view.background("white");
  link.href = await view.toImageURL(kind, kind === "png" ? 2 : 1).finally(() => view.background(ground));
  link.click();
}
