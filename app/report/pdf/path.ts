/**
 * Paths of SVG as operators of PDF, which has lines and cubic curves only.
 *
 * @module
 */

type Point = readonly [number, number];

/** How many numbers each command of a path takes. */
const TAKES: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, A: 7, Z: 0 };

/** Three decimals are finer than any printer. */
export function number(value: number): string {
  const text = value.toFixed(3).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}

const point = ([x, y]: Point) => `${number(x)} ${number(y)}`;
const curve = (a: Point, b: Point, end: Point) => `${point(a)} ${point(b)} ${point(end)} c`;

/** @param d  of moves, lines, cubic curves and arcs; the figures of reports have no others */
export function pathOperators(d: string): string[] {
  const operators: string[] = [];
  let [at, start]: [Point, Point] = [
    [0, 0],
    [0, 0],
  ];
  for (const { command, numbers } of commandsOf(d)) {
    const upper = command.toUpperCase();
    const [x, y] = command === upper ? [0, 0] : at;
    const to = (i: number): Point => [x + numbers[i]!, y + numbers[i + 1]!];
    switch (upper) {
      case "M":
        at = start = to(0);
        operators.push(`${point(at)} m`);
        break;
      case "Z":
        at = start;
        operators.push("h");
        break;
      case "C":
        operators.push(curve(to(0), to(2), to(4)));
        at = to(4);
        break;
      case "A":
        operators.push(...arc(at, numbers, to(5)));
        at = to(5);
        break;
      default:
        at = upper === "L" ? to(0) : upper === "H" ? [x + numbers[0]!, at[1]] : [at[0], y + numbers[0]!];
        operators.push(`${point(at)} l`);
    }
  }
  return operators;
}

/** Each command with its numbers; what follows a move without a letter is a line. */
function commandsOf(d: string): { readonly command: string; readonly numbers: readonly number[] }[] {
  return [...d.matchAll(/([A-Za-z])([^A-DF-Za-df-z]*)/g)].flatMap(([, letter, rest]) => {
    const takes = TAKES[letter!.toUpperCase()];
    const numbers = (rest!.match(/[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi) ?? []).map(Number);
    if (takes === undefined || (takes === 0 ? numbers.length > 0 : numbers.length % takes !== 0 || numbers.length === 0))
      throw new Error(`a path cannot be drawn in PDF: ${letter}${rest}`);
    if (takes === 0) return [{ command: letter!, numbers }];
    const next = letter === "M" ? "L" : letter === "m" ? "l" : letter!;
    return Array.from({ length: numbers.length / takes }, (_, i) => ({
      command: i === 0 ? letter! : next,
      numbers: numbers.slice(takes * i, takes * (i + 1)),
    }));
  });
}

/**
 * An arc of an ellipse as curves of a quarter at most (SVG 2, B.2.4: from its ends to its centre).
 * @param numbers  radii, rotation in degrees, whether it is the larger one, whether angles grow
 */
function arc(from: Point, [rx = 0, ry = 0, degrees = 0, larger = 0, growing = 0]: readonly number[], to: Point): string[] {
  if (rx === 0 || ry === 0 || (from[0] === to[0] && from[1] === to[1])) return [`${point(to)} l`];
  const turn = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const half: Point = [(from[0] - to[0]) / 2, (from[1] - to[1]) / 2];
  const [x, y] = [cos * half[0] + sin * half[1], cos * half[1] - sin * half[0]];
  // Radii that do not reach are enlarged until they do.
  const reach = Math.max(1, Math.hypot(x / rx, y / ry));
  const [a, b] = [Math.abs(rx) * reach, Math.abs(ry) * reach];
  const rest = (a * b) ** 2 / ((a * y) ** 2 + (b * x) ** 2) - 1;
  const factor = (larger === growing ? -1 : 1) * Math.sqrt(Math.max(0, rest));
  const [cx, cy] = [(factor * a * y) / b, (-factor * b * x) / a];
  const first = Math.atan2((y - cy) / b, (x - cx) / a);
  let sweep = Math.atan2((-y - cy) / b, (-x - cx) / a) - first;
  if (growing && sweep < 0) sweep += 2 * Math.PI;
  if (!growing && sweep > 0) sweep -= 2 * Math.PI;
  const count = Math.ceil(Math.abs(sweep) / (Math.PI / 2) - 1e-9);
  const step = sweep / count;
  const handle = (4 / 3) * Math.tan(step / 4);
  const middle: Point = [cos * cx - sin * cy + (from[0] + to[0]) / 2, sin * cx + cos * cy + (from[1] + to[1]) / 2];
  const on = (u: number, v: number): Point => [middle[0] + cos * a * u - sin * b * v, middle[1] + sin * a * u + cos * b * v];
  return Array.from({ length: count }, (_, i) => {
    const [s, e] = [first + i * step, first + (i + 1) * step];
    return curve(
      on(Math.cos(s) - handle * Math.sin(s), Math.sin(s) + handle * Math.cos(s)),
      on(Math.cos(e) + handle * Math.sin(e), Math.sin(e) - handle * Math.cos(e)),
      i === count - 1 ? to : on(Math.cos(e), Math.sin(e)),
    );
  });
}
