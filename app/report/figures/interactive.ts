/**
 * Figures for pages in a browser: values beside the pointer, and axes that zoom. What is drawn is what the SVG has.
 *
 * @module
 */
import type { Scale, Spec } from "vega";
import type { TopLevelSpec } from "vega-lite";

/** A view of Vega-Lite, as figures of reports have them. */
interface View {
  readonly data?: { readonly values: readonly Readonly<Record<string, unknown>>[] };
  readonly encoding?: Readonly<Record<string, Channel>>;
  readonly mark?: { readonly type: string; readonly [key: string]: unknown };
  readonly layer?: readonly View[];
  readonly hconcat?: readonly View[];
  readonly vconcat?: readonly View[];
}
interface Channel {
  readonly field?: string;
  readonly type?: string;
  readonly title?: string | null;
  readonly legend?: { readonly title?: string } | null;
}

/** Names of fields that no axis has. */
const NAMES: Readonly<Record<string, string>> = {
  cell: "cell",
  series: "series",
  subspace: "subspace",
  architecture: "architecture",
  name: "mean rank",
  mean: "mean",
  value: "value",
  median: "median",
  lower: "lower quartile",
  upper: "upper quartile",
  low: "from",
  high: "to",
  std: "standard deviation",
  n: "n",
};
/** Fields of where something begins and ends. */
const ENDS = ["low", "high", "from", "to"];
/** Six digits that tell something, thousands set off. */
const FORMAT = ",.6~r";
/** Pixels², of what answers in place of a line. */
const REACH = 120;

/** Adds what is said of each mark: all values that have a name, with the titles and units of the axes. */
export function withValues(spec: TopLevelSpec): TopLevelSpec {
  return answering(spec as View) as TopLevelSpec;
}

type Inherited = Pick<View, "data" | "encoding">;

function answering(view: View, inherited: Inherited = {}): View {
  const data = view.data ?? inherited.data;
  const encoding = { ...inherited.encoding, ...view.encoding };
  // Layers share their axes, and with them what one of them calls an axis.
  for (const axis of ["x", "y"]) {
    const titled = [view, ...(view.layer ?? [])].find((one) => one.encoding?.[axis]?.title)?.encoding?.[axis] ?? inherited.encoding?.[axis];
    if (titled?.title) encoding[axis] = { title: titled.title, ...encoding[axis] };
  }
  const inner = { ...(data && { data }), encoding };
  const { layer, hconcat, vconcat, mark } = view;
  if (layer) return { ...view, layer: layer.flatMap((one) => layered(one, layer, inner)) };
  if (hconcat) return { ...view, hconcat: hconcat.map((one) => answering(one, inner)) };
  if (vconcat) return { ...view, vconcat: vconcat.map((one) => answering(one, inner)) };
  // The area below or the line through points is one mark: it has no values of its own.
  if (!mark || ["line", "area"].includes(mark.type)) return view;
  const given = encoding.tooltip as readonly { readonly field: string; readonly title: string }[] | undefined;
  const tooltip = given ? formatted(data, given) : valuesOf(data, encoding);
  return tooltip.length > 0 ? { ...view, encoding: { ...view.encoding, tooltip: tooltip as Channel } } : view;
}

/** A line whose points are not drawn answers where its points are. */
function layered(view: View, all: readonly View[], inherited: Inherited): View[] {
  const own = answering(view, inherited);
  if (view.mark?.type !== "line" || all.some(({ mark }) => mark?.type === "point")) return [own];
  return [
    own,
    answering({ ...view, mark: { type: "point", filled: true, opacity: 0, size: REACH, clip: view.mark.clip ?? false } }, inherited),
  ];
}

function valuesOf(data: View["data"], encoding: Readonly<Record<string, Channel>>): object[] {
  const channels = [encoding.x, encoding.y].flatMap((channel) => (channel ? [channel] : []));
  const has = (field: string) => data?.values.some((row) => row[field] !== undefined) ?? false;
  const main = has("median") ? undefined : ["mean", "value"].find(has);
  const titles = new Map(
    channels.flatMap(({ field, title }) => {
      // An interval lies along the axis of what it is around.
      const of = field !== undefined && ENDS.includes(field) ? main : field;
      return of !== undefined && title ? [[of, title] as const] : [];
    }),
  );
  const series = encoding.color?.legend?.title;
  if (encoding.color?.field !== undefined && series) titles.set(encoding.color.field, series);
  const unit =
    channels
      .flatMap(({ type, title }) => (type === "quantitative" && title ? (/ \((?!logarithmic)[^()]*\)$/.exec(title) ?? []) : []))
      .at(-1) ?? "";
  const fields = [...new Set((data?.values ?? []).flatMap((row) => Object.keys(row)))].filter(
    (field) => titles.has(field) || Object.hasOwn(NAMES, field),
  );
  const numbers = (field: string) => !words(data, field);
  return formatted(
    data,
    fields
      // What it is comes before where it is.
      .sort((a, b) => Number(numbers(a)) - Number(numbers(b)))
      .map((field) => ({ field, title: titles.get(field) ?? NAMES[field]! + (numbers(field) && field !== "n" ? unit : "") })),
  );
}

/** Those that all of the data have, numbers with the digits that tell something. */
function formatted(data: View["data"], fields: readonly { readonly field: string; readonly title: string }[]): object[] {
  return fields
    .filter(({ field }) => data?.values.every((row) => row[field] !== undefined))
    .map((one) => (words(data, one.field) ? { ...one, type: "nominal" } : { ...one, type: "quantitative", format: FORMAT }));
}

function words(data: View["data"], field: string): boolean {
  return data?.values.some((row) => typeof row[field] === "string") ?? false;
}

/** A group of marks of Vega, with its axes. */
interface Group {
  readonly name?: string;
  readonly type?: string;
  readonly axes?: readonly { readonly scale: string; readonly orient?: string }[];
  readonly marks?: readonly Group[];
  readonly clip?: unknown;
}

/** Scales along which zooming says more. */
const CONTINUOUS = ["linear", "log"];

/**
 * Lets axes show a part of what they show: of each scale the signal `zoom_SCALE` is its domain, where that is not all of it;
 * `zoomed` is true while any is not, and cuts marks off at the axes. `usermeta.frames` lists what zooms together, and in
 * which group of marks (app/page/components/figure/zoom.ts).
 */
export function withZoom({ $schema: _, ...spec }: Spec): Spec {
  const scales = new Set((spec.scales ?? []).filter(({ type = "linear" }) => CONTINUOUS.includes(type)).map(({ name }) => name));
  const frames = framesIn(spec as Group, scales, true);
  const zooming = new Set(frames.flatMap(({ x, y }) => [x, y]));
  const signals = [...zooming].flatMap((scale) => (scale === undefined ? [] : [{ name: `zoom_${scale}` }]));
  const domain = (scale: Scale): Scale =>
    zooming.has(scale.name) ? ({ ...scale, domainRaw: { signal: `zoom_${scale.name}` } } as Scale) : scale;
  return {
    ...(frames.length > 0 ? (clipped(spec as Group) as Spec) : spec),
    signals: [...(spec.signals ?? []), ...signals, { name: "zoomed", value: false }],
    ...(spec.scales && { scales: spec.scales.map(domain) }),
    usermeta: { frames },
  };
}

interface Frame {
  readonly group?: string;
  readonly x?: string;
  readonly y?: string;
}

function framesIn(group: Group, scales: ReadonlySet<string>, outermost: boolean): Frame[] {
  const along = (vertical: boolean) =>
    group.axes?.find(({ scale, orient = "" }) => scales.has(scale) && ["left", "right"].includes(orient) === vertical)?.scale;
  const [x, y] = [along(false), along(true)];
  const own = x !== undefined || y !== undefined ? [{ ...(!outermost && { group: group.name! }), ...(x && { x }), ...(y && { y }) }] : [];
  return [...own, ...(group.marks ?? []).filter(({ type }) => type === "group").flatMap((inner) => framesIn(inner, scales, false))];
}

/** All marks but groups end where their group does, once a part is shown. */
function clipped(group: Group): Group {
  if (!group.marks) return group;
  const marks = group.marks.map((mark) =>
    mark.type === "group" ? clipped(mark) : mark.clip ? mark : { ...mark, clip: { signal: "zoomed" } },
  );
  return { ...group, marks };
}
