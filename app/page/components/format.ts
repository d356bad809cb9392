/** Numbers, times and counts as a page shows them, like those of a report. @module */

/** What stands where there is no number. */
export const NOTHING = "–";
type Maybe = number | null | undefined;
const known = (value: Maybe): value is number => typeof value === "number" && Number.isFinite(value);

/** With thousands set off, a true minus sign, and no more digits than given. */
export function number(value: Maybe, digits = 3): string {
  if (!known(value)) return NOTHING;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits }).replace("-", "−").replace(/^−0$/, "0");
}

/** With all its digits, so that numbers below each other have their points below each other. */
export function fixed(value: Maybe, digits: number): string {
  if (!known(value)) return NOTHING;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−");
}

/** "3 runs", "1 run". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** @param share  of 1 */
export function percentage(share: Maybe): string {
  return known(share) ? `${Math.round(100 * share)} %` : NOTHING;
}

/** In the two largest units that tell something: "41 s", "3 min 20 s", "2 h 5 min", "4 d 1 h". @param seconds  not negative */
export function duration(seconds: Maybe): string {
  if (!known(seconds)) return NOTHING;
  if (seconds < 9.95) return `${number(seconds, 1)} s`;
  const whole = Math.round(seconds);
  const units = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ] as const;
  const first = units.findIndex(([, size]) => whole >= size);
  return units
    .slice(first, first + 2)
    .map(([unit, size], i) => [i === 0 ? Math.floor(whole / size) : Math.floor((whole % units[first]![1]) / size), unit] as const)
    .filter(([count], i) => i === 0 || count > 0)
    .map((part) => part.join(" "))
    .join(" ");
}
