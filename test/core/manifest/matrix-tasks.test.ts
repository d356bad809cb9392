import { test } from "uvu";
import * as assert from "uvu/assert";
import { base, matrixOf, messageOf, names, oneFactor, variants } from "./matrices.ts";

const tasks = {
  short: { experiment: { budget: { queries: 10 } }, best: { score: 90 } },
  long: { experiment: { budget: { queries: 40 }, subspaces: { count: 2 } }, best: { test: 95 }, targets: { test: 94 } },
};

test("tasks: each is a panel of all methods, with goals of its own, and is put into the base before variants and axes", async () => {
  const { uniform } = variants;
  const axes = { "/subspaces/radius": [1, 2] };
  const matrix = await matrixOf({ name: "m", base, design: "factorial", variants: { uniform }, tasks, axes });
  const [short, long] = ["short", "long"].map((task) =>
    [1, 2].flatMap((radius) => ["base", "uniform"].map((variant) => `${variant}, ${task}, radius=${radius}`)),
  );
  assert.equal(names(matrix), [...short!, ...long!]);
  assert.equal(
    matrix.cells.filter(({ variant }) => variant === "uniform").map(({ panel, task, baseline }) => [panel, task, baseline]),
    ["short", "long"].flatMap((task) => [1, 2].map((radius) => [`${task}, radius=${radius}`, task, `base, ${task}, radius=${radius}`])),
  );
  const last = matrix.cells.at(-1)!;
  assert.is(last.experiment.budget.queries, 40);
  const { count, radius } = (last.experiment.resolved as typeof base).subspaces;
  assert.equal([count, radius], [2, 2]);
  assert.equal(last.origin, ["/tasks/long/experiment", "/variants/uniform", "/axes/~1subspaces~1radius/1"]);
  assert.equal(matrix.tasks, { short: { best: { score: 90 } }, long: { best: { test: 95 }, targets: { test: 94 } } });

  const overwritten = await matrixOf({ name: "m", base, design: "factorial", variants: { v: { budget: { queries: 7 } } }, tasks });
  assert.equal(
    overwritten.cells.map(({ experiment }) => experiment.budget.queries),
    [10, 7, 40, 7],
  );
});

test("a method can be left out of a task; what cannot be in a task, or be compared on it, is an error", async () => {
  const factorial = { name: "m", base, design: "factorial", variants: { uniform: variants.uniform }, tasks };
  const without = await matrixOf({ ...factorial, exclude: [{ variant: "uniform", task: "long" }] });
  assert.equal(names(without), ["base, short", "uniform, short", "base, long"]);
  assert.match(
    await messageOf({ ...factorial, exclude: [{ task: "lang" }] }),
    /\/exclude\/0\/task: there is no task "lang"\. Did you mean "long"\?/,
  );
  assert.match(await messageOf({ ...oneFactor, variants, tasks }), /\/tasks: only a factorial compares variants on tasks/);
  assert.match(await messageOf({ ...factorial, variants: {}, axes: { "/subspaces/count": [1, 2] } }), /\/tasks: only a factorial/);
  assert.match(
    await messageOf({ ...factorial, exclude: [{ variant: "base", task: "long" }] }),
    /\/baseline: there is no cell "base" at long/,
  );
  const seeds = { long: { experiment: { seeds: { count: 3 } } } };
  assert.match(await messageOf({ ...factorial, tasks: seeds }), /\/tasks\/long\/experiment\/seeds: \/seeds belongs to the matrix/);
  const both = { long: { experiment: {}, best: { test: 1, score: 2 } } };
  assert.match(await messageOf({ ...factorial, tasks: both }), /\/tasks\/long\/best/);
});

test.run();
