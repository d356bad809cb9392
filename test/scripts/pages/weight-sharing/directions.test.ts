import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Answers } from "../../../../scripts/pages/weight-sharing/cells.ts";
import { cellOf, operationsOf, parameterFreeShare } from "../../../../scripts/pages/weight-sharing/cells.ts";
import { directionsInWords, directionsList, expectations, judged, ofPairs } from "../../../../scripts/pages/weight-sharing/directions.ts";
import type { Run } from "../../../../scripts/pages/weight-sharing/runs.ts";

const [NONE, SKIP, CONV] = ["none", "skip_connect", "nor_conv_3x3"];
const answers: Answers = { all: [0, 100], mean: 50, of: (cell) => 100 * (1 - parameterFreeShare(cell)) };

const run = (seed: number, part: Partial<Run> = {}): Run => ({
  ...{ seed, architecture: cellOf(Array(6).fill(CONV)), test: 50, seconds: 1, epochs: [], ranked: [] },
  ...part,
});
const seeds = Array.from({ length: 12 }, (_, at) => at + 1);
const runs = (of: (seed: number) => Partial<Run>) => seeds.map((seed) => run(seed, of(seed)));
const epoch = (parameterFree: number, entropy = 1, curvature = Number.NaN) => ({ loss: 1, parameterFree, entropy, curvature });

const NOTHING = { digits: new Map(), cifar10: new Map(), choices: new Map(), collapse: new Map(), answers };
const verdicts = (searched: Partial<Parameters<typeof expectations>[0]>) =>
  Object.fromEntries(judged(expectations({ ...NOTHING, ...searched })).map(({ title, verdict }) => [title, verdict]));

test("a cell is the operations of its edges, in order, and back", () => {
  const operations = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3", "none"];
  const cell = "|none~0|+|skip_connect~0|nor_conv_1x1~1|+|nor_conv_3x3~0|avg_pool_3x3~1|none~2|";
  assert.equal(operationsOf(cell), operations);
  assert.is(cellOf(operations), cell);
  assert.is(parameterFreeShare(cell), 4 / 6);
});

test("without runs nothing is tested, and the page says so", () => {
  const all = judged(expectations(NOTHING));
  assert.ok(all.every(({ verdict, holm }) => verdict === "no runs" && holm === undefined));
  assert.is(directionsInWords(all), "None of the directions that were expected has runs yet.");
  assert.is(directionsList(all).match(/^- \*\*No runs yet\*\*/gm)!.length, all.length);
});

test("a direction is shown, opposite or not shown by which way it goes and Holm's p", () => {
  const [more, fewer] = [cellOf([SKIP!, SKIP!, SKIP!, SKIP!, CONV!, CONV!]), cellOf([SKIP!, CONV!, CONV!, CONV!, CONV!, CONV!])];
  const found = verdicts({
    collapse: new Map([
      ["darts", runs(() => ({ architecture: more, epochs: [epoch(0.2), epoch(0.7)] }))],
      ["one-cell", runs(() => ({ architecture: fewer }))],
      ["pool", runs((seed) => ({ architecture: seed % 2 === 0 ? fewer : cellOf(Array(6).fill(NONE)) }))],
      ["gdas", runs(() => ({ architecture: cellOf(Array(6).fill(SKIP)) }))],
    ]),
  });
  assert.is(found["DARTS loses weights with depth"], "shown");
  assert.is(found["DARTS loses weights with residual reductions"], "not shown");
  assert.is(found["GDAS keeps weights"], "opposite");
  assert.is(found["DARTS loses weights with epochs"], "shown");
  assert.is(found["DARTS− keeps weights"], "no runs");
});

test("pairs are of one seed: what only one of the cells has is left out", () => {
  const found = judged(
    expectations({
      ...NOTHING,
      choices: new Map([
        ["all-images", [run(1, { test: 60 }), run(2, { test: 70 }), run(3, { test: 99 })]],
        ["one-batch", [run(2, { test: 60 }), run(1, { test: 40 })]],
      ]),
    }),
  ).find(({ title }) => title === "all images select better")!;
  assert.equal(found.finding, { measured: "65.00 against 50.00", test: "Wilcoxon", n: "2 seeds", difference: 15, p: 0.5 });
});

test("shared weights that rank as the table does rank better than such as prefer cells without weights", () => {
  const cells = [0, 1, 2, 3, 4, 5, 6].map((skips) => cellOf([...Array(skips).fill(SKIP), ...Array(6 - skips).fill(CONV)]));
  const ranked = (sign: number) => cells.map((architecture, skips) => ({ architecture, accuracy: 50 + sign * skips }));
  const found = verdicts({
    choices: new Map([
      ["rsps", runs(() => ({ ranked: ranked(-1) }))],
      ["running-moments", runs(() => ({ ranked: ranked(1) }))],
      ["estimated-moments", runs(() => ({ ranked: ranked(-1) }))],
    ]),
  });
  assert.is(found["moments of the batch"], "shown");
  assert.is(found["estimated moments"], "shown");
  assert.is(found["running moments prefer parameter-free cells"], "shown");
});

test("ENAS's baselines differ by the entropy in the end and by when it has halved; one that never does comes after the last epoch", () => {
  const course = (...entropies: number[]) => ({ epochs: entropies.map((entropy) => epoch(0, entropy)) });
  const found = judged(
    expectations({
      ...NOTHING,
      choices: new Map([
        ["enas", runs(() => course(1.6, 0.7, 0.1))],
        ["enas-per-sample", runs(() => course(1.6, 1.5, 1.4))],
      ]),
    }),
  );
  const measured = (title: string) => found.find((one) => one.title === title)!.finding!.measured;
  assert.is(measured("ENAS's frozen baseline decides more"), "1.40 against 0.10");
  assert.is(measured("ENAS's frozen baseline decides sooner"), "4.0 against 2.0");
});

test("the curvature is compared at the measurements that there are, and rises before the collapse if the two go together", () => {
  const of = (seed: number) => [
    epoch(0, 1, 0.1),
    epoch(0),
    epoch(0.1, 1, seed),
    epoch(0.2),
    epoch(0.2),
    epoch(0.3 + seed / 100, 1, seed + 1),
    epoch(0.3 + seed / 100),
  ];
  const found = judged(expectations({ ...NOTHING, collapse: new Map([["darts", runs((seed) => ({ epochs: of(seed) }))]]) }));
  const finding = (title: string) => found.find((one) => one.title === title)!.finding!;
  assert.is(finding("the curvature rises").measured, "7.500 against 0.100");
  assert.is(finding("the curvature rises before the collapse").difference, 1);
});

test("`none` is counted over the methods that take the largest parameter, run by run", () => {
  const only = cellOf([CONV!, CONV!, NONE!, CONV!, CONV!, CONV!]);
  const found = judged(
    expectations({
      ...NOTHING,
      digits: new Map([
        ["darts", [run(1, { architecture: only })]],
        ["gdas", [run(1, { architecture: cellOf([NONE!, CONV!, CONV!, CONV!, CONV!, CONV!]) })]],
        ["rsps", runs(() => ({ architecture: only }))],
      ]),
    }),
  ).find(({ title }) => title.startsWith("`none`"))!;
  assert.is(found.finding!.measured, "50 % against 17 %");
  assert.is(found.finding!.n, "2 runs");
});

test("spreads are compared by Brown and Forsythe's test", () => {
  const found = verdicts({
    digits: new Map([
      ["dsnas", runs((seed) => ({ test: 50 + 20 * (-1) ** seed + seed }))],
      ["gdas", runs((seed) => ({ test: 50 + seed / 10 }))],
      ["drnas", runs((seed) => ({ test: 50 + 20 * (-1) ** seed + seed }))],
    ]),
  });
  assert.is(found["DSNAS varies more than GDAS"], "shown");
  assert.is(found["GDAS varies more than DrNAS"], "opposite");
});

test("pairs with what was not measured are left out; with none there is no finding", () => {
  assert.is(ofPairs([[Number.NaN, 1]], String), undefined);
  assert.is(
    ofPairs(
      [
        [2, 1],
        [Number.NaN, 1],
      ],
      String,
    )!.n,
    "1 seed",
  );
});

test.run();
