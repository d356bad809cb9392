/**
 * The lines of parallel coordinates on a canvas: some thousand of them are one element. What a pointer does here, the
 * lists beside it do for keyboards and screen readers.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { useWidth } from "../parts/width.ts";
import { type Brushes, isChosen, type Line } from "./axes.ts";

export interface Component {
  readonly name: string;
  readonly choices: readonly string[];
}

const PAD = { top: 30, bottom: 16, left: 14, right: 70 };
const HEIGHT = 340;
/** Beside each other axes need so much room, for the names of their choices. */
const LEAST_STEP = 92;
const MOST_LETTERS = 13;

export function CoordinatesPlot(props: {
  readonly components: readonly Component[];
  readonly lines: readonly Line[];
  readonly scores: readonly [low: number, high: number];
  readonly scoreName: string;
  readonly brushes: Brushes;
  readonly theme: string;
  readonly label: string;
  readonly number: (score: number) => string;
  readonly onToggle: (component: number, choice: number) => void;
  readonly onScores: (scores: readonly [number, number] | undefined) => void;
}) {
  const { components, lines, scores, brushes, theme, label, onToggle, onScores } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [holder, room] = useWidth<HTMLElement>(0);
  const width = Math.max(PAD.left + PAD.right + components.length * LEAST_STEP, room);
  const [drag, setDrag] = useState<readonly [number, number]>();
  const place = places(width, components, scores);

  useEffect(() => {
    if (canvas.current) draw(canvas.current, width, place, { ...props, drag });
  }, [width, components, lines, scores, brushes, drag, theme]);

  const at = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const onScore = (x: number) => x > place.x(components.length) - 24;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by the keyboard too
    <section class="coordinates wide" ref={holder} tabIndex={0} aria-label={label}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        onPointerDown={(event) => {
          const { x, y } = at(event);
          if (!onScore(x)) return;
          canvas.current!.setPointerCapture(event.pointerId);
          setDrag([y, y]);
        }}
        onPointerMove={(event) => drag && setDrag([drag[0], at(event).y])}
        onPointerUp={(event) => {
          const { x, y } = at(event);
          if (drag) {
            const ends = [place.score(Math.max(...drag)), place.score(Math.min(...drag))] as const;
            onScores(Math.abs(drag[0] - drag[1]) < 4 ? undefined : ends);
            return setDrag(undefined);
          }
          const component = components.findIndex((_, c) => Math.abs(place.x(c) - x) < LEAST_STEP / 3);
          if (component < 0) return;
          const choices = components[component]!.choices.length;
          const choice = nearest(choices, (i) => Math.abs(place.choice(component, i) - y));
          onToggle(component, choice);
        }}
        onPointerCancel={() => setDrag(undefined)}
      />
    </section>
  );
}

interface Places {
  /** Of an axis; that of the score is the last one. */
  readonly x: (axis: number) => number;
  readonly choice: (component: number, choice: number) => number;
  readonly y: (score: number) => number;
  /** The score at a height. */
  readonly score: (y: number) => number;
}

function places(width: number, components: readonly Component[], [low, high]: readonly [number, number]): Places {
  const tall = HEIGHT - PAD.top - PAD.bottom;
  const range = high - low || 1;
  return {
    x: (axis) => PAD.left + ((width - PAD.left - PAD.right) * axis) / components.length,
    choice: (component, choice) => PAD.top + (tall * (choice + 0.5)) / components[component]!.choices.length,
    y: (score) => PAD.top + tall * (1 - (score - low) / range),
    score: (y) => low + range * Math.min(1, Math.max(0, 1 - (y - PAD.top) / tall)),
  };
}

interface Look {
  readonly components: readonly Component[];
  readonly lines: readonly Line[];
  readonly scores: readonly [number, number];
  readonly scoreName: string;
  readonly brushes: Brushes;
  readonly number: (score: number) => string;
  readonly drag?: readonly [number, number] | undefined;
}

function draw(canvas: HTMLCanvasElement, width: number, place: Places, look: Look): void {
  const { components, lines, scores, scoreName, brushes, number, drag } = look;
  const scale = Math.min(2, window.devicePixelRatio || 1);
  [canvas.width, canvas.height] = [width * scale, HEIGHT * scale];
  [canvas.style.width, canvas.style.height] = [`${width}px`, `${HEIGHT}px`];
  const context = canvas.getContext("2d")!;
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  context.scale(scale, scale);
  const of = components.length;
  const path = (line: Line, i: number) => {
    // Lines that take the same choices lie beside each other, each in the same place at every axis.
    const aside = (((i * 0.618034) % 1) - 0.5) * 12;
    context.beginPath();
    for (const [c, choice] of line.choices.entries()) context.lineTo(place.x(c), place.choice(c, choice) + aside);
    context.lineTo(place.x(of), place.y(line.score));
    context.stroke();
  };
  const asks = brushes.choices.size > 0 || brushes.scores !== undefined;
  const dense = Math.max(0.05, Math.min(0.6, 60 / Math.max(1, lines.length)));
  context.lineWidth = 1;
  for (const chosen of [false, true]) {
    context.strokeStyle = colour(chosen ? "--tone-accent" : "--tone-soft");
    const count = lines.filter((line) => isChosen(brushes, line)).length;
    context.globalAlpha = chosen ? Math.max(dense, Math.min(0.8, 60 / Math.max(1, count))) : asks ? dense / 3 : dense;
    for (const [i, line] of lines.entries()) if (isChosen(brushes, line) === chosen) path(line, i);
  }
  context.globalAlpha = 1;
  context.font = `12px ${style.fontFamily}`;
  components.forEach(({ name, choices }, c) => {
    axis(context, place.x(c), colour("--tone-soft"));
    label(context, name, place.x(c), 14, colour("--tone-text"), colour("--tone-page"), true);
    choices.forEach((choice, i) => {
      const through = brushes.choices.get(c);
      const known = through === undefined || through.has(i);
      label(
        context,
        choice,
        place.x(c),
        place.choice(c, i),
        colour(known ? "--tone-text" : "--tone-soft"),
        colour("--tone-page"),
        through?.has(i) ?? false,
      );
    });
  });
  axis(context, place.x(of), colour("--tone-text"));
  label(context, scoreName, place.x(of), 14, colour("--tone-text"), colour("--tone-page"), true, "center");
  for (const score of scores) label(context, number(score), place.x(of) + 6, place.y(score), colour("--tone-text"), colour("--tone-page"));
  const brushed = drag ?? brushes.scores?.map(place.y);
  if (brushed) {
    context.fillStyle = colour("--tone-accent");
    context.globalAlpha = 0.3;
    context.fillRect(place.x(of) - 7, Math.min(...brushed), 14, Math.abs(brushed[0]! - brushed[1]!));
    context.globalAlpha = 1;
  }
}

function axis(context: CanvasRenderingContext2D, x: number, colour: string): void {
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(x, PAD.top);
  context.lineTo(x, HEIGHT - PAD.bottom);
  context.stroke();
}

/** A text on a ground of its own, so that it is read on top of lines. */
function label(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  ground: string,
  bold = false,
  align: "left" | "center" = "left",
): void {
  const short = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text;
  context.font = context.font.replace(/^(bold )?/, bold ? "bold " : "");
  const width = context.measureText(short).width;
  const left = Math.max(2, align === "center" ? x - width / 2 : x + 5);
  context.globalAlpha = 0.8;
  context.fillStyle = ground;
  context.fillRect(left - 2, y - 8, width + 4, 16);
  context.globalAlpha = 1;
  context.fillStyle = colour;
  context.textBaseline = "middle";
  context.fillText(short, left, y);
}

/** Of 0 to n − 1 the one whose distance is least. */
function nearest(n: number, distance: (i: number) => number): number {
  let best = 0;
  for (let i = 1; i < n; i++) if (distance(i) < distance(best)) best = i;
  return best;
}
