import { test } from "uvu";
import * as assert from "uvu/assert";
import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { figuresOf } from "../../../../app/report/figures/figures.ts";
import { interactive } from "../../../../app/report/figures/render.ts";
import { cell, reported, runs, runWithFronts } from "../made-up-cells.ts";

interface Mark {
  readonly role?: string;
  readonly marktype?: string;
  readonly items: readonly { readonly tooltip?: Readonly<Record<string, string>>; readonly items?: readonly Mark[] }[];
}

/** Marks with data as a page shows them: expressions are interpreted, none is evaluated as code. */
async function marksOf(spec: vega.Spec): Promise<Mark[]> {
  const view = new vega.View(vega.parse(spec, {}, { ast: true }), { renderer: "none", expr: expressionInterpreter } as vega.ViewOptions);
  await view.runAsync();
  const visit = (mark: Mark): Mark[] => [mark, ...mark.items.flatMap(({ items = [] }) => items.flatMap(visit))];
  const found = visit((view.scenegraph() as unknown as { readonly root: Mark }).root);
  return found.filter(({ role, marktype }) => role === "mark" && marktype !== "group");
}
const saidOf = (marks: readonly Mark[]) => marks.flatMap(({ items }) => items.flatMap(({ tooltip }) => (tooltip ? [tooltip] : [])));

const hostile = "back\\slash \"double\" 'single' datum";
const { document, cells } = reported(
  [
    [cell("base", { variant: "base", at: { "/n": 1 } }), [1, 2, 3].map((seed) => runWithFronts(seed, 80 + seed))],
    [cell("n=2", { variant: "base", at: { "/n": 2 } }), runs(3, 79)],
    [cell(hostile), runs(3, 78)],
  ],
  { axes: [{ pointer: "/n", label: "n", values: [1, 2] }] },
);
const figures = figuresOf(document, cells).map(({ name, spec }) => ({ name, compiled: interactive(spec) }));

test("each figure says something of its marks, of what they are and how much, and nothing that is not there", async () => {
  for (const { name, compiled } of figures) {
    const said = saidOf(await marksOf(compiled));
    assert.ok(said.length > 0, name);
    for (const values of said) {
      assert.ok(Object.keys(values).length > 0, name);
      for (const value of Object.values(values))
        assert.not.match(String(value), /^(?:NaN|undefined|null|)$/, `${name}: ${JSON.stringify(values)}`);
    }
  }
});

test("values have the names and units of their axes, intervals the same unit, and names come as they are", async () => {
  const said = saidOf(await marksOf(figures.find(({ name }) => name === "comparison")!.compiled));
  const own = said.find(({ cell }) => cell === hostile)!;
  assert.equal(Object.keys(own), ["cell", "validation accuracy, CIFAR-10, 12 epochs (%)", "from (%)", "to (%)"]);
  const lines = saidOf(await marksOf(figures.find(({ name }) => name === "incumbent")!.compiled));
  assert.equal(Object.keys(lines[0]!), ["cell", "queries", "validation accuracy, CIFAR-10, 12 epochs (%)", "from (%)", "to (%)"]);
});

test("numeric axes zoom, each frame by itself; names do not; a domain in a signal is what the axis shows", async () => {
  const framesOf = (name: string) => (figures.find((figure) => figure.name === name)!.compiled.usermeta as { frames: object[] }).frames;
  assert.equal(framesOf("comparison"), [
    { group: "concat_0_group", x: "concat_0_x" },
    { group: "concat_1_group", x: "concat_1_x" },
  ]);
  assert.equal(framesOf("axis-n"), [{ x: "x", y: "y" }]);
  assert.equal(framesOf("pairs"), []);
  const { compiled } = figures.find(({ name }) => name === "axis-n")!;
  const view = new vega.View(vega.parse(compiled, {}, { ast: true }), {
    renderer: "none",
    expr: expressionInterpreter,
  } as vega.ViewOptions);
  await view.runAsync();
  const domain = () => (view.scale("y") as unknown as { domain(): number[] }).domain();
  const [low, high] = domain();
  view.signal("zoom_y", [low! + 0.25 * (high! - low!), high]);
  await view.signal("zoomed", true).runAsync();
  assert.equal(domain(), [low! + 0.25 * (high! - low!), high]);
  view.signal("zoom_y", undefined);
  await view.runAsync();
  assert.equal(domain(), [low, high]);
});

test.run();
