import { test } from "uvu";
import * as assert from "uvu/assert";
import { built } from "../../bench/built.ts";
import { PAPER } from "../../bench/lone-controller.ts";
import { alternate, ratioOf, spreadOf } from "../../bench/measure.ts";
import { digits, markdown, row, text } from "../../bench/report.ts";
import { countingKernels, type Work, workOf } from "../../bench/work.ts";

test("cases run in turn, each once more to warm up", async () => {
  const order: string[] = [];
  const value = (name: string, numbers: number[]) => () => {
    order.push(name);
    return numbers.shift()!;
  };
  const found = await alternate({ a: value("a", [99, 1, 2, 30]), b: value("b", [99, 5, 5, 5]) }, 3);
  assert.is(order.join(""), "abababab");
  assert.equal(found.a, { median: 2, low: 2, high: 30, values: [1, 2, 30] });
  assert.equal(found.b, { median: 5, low: 5, high: 5, values: [5, 5, 5] });
  assert.is(ratioOf(found.b, found.a), 2.5, "the median of 5/1, 5/2 and 5/30");
});

test("a spread is the median and the quarters around it", () => {
  assert.equal(spreadOf([5, 1, 4, 2, 3]), { median: 3, low: 2, high: 4 });
});

test("numbers have three significant digits", () => {
  assert.equal([0, 0.01234, 1.234, 12.34, 123.4, 12345.6].map(digits), ["0", "0.0123", "1.23", "12.3", "123", "12,346"]);
});

test("a part is a table of text or of Markdown, or the reason why there is none", () => {
  const part = { part: "p", title: "Title", rows: [row("this", "ms", 2, { ratio: 4, to: "that" })] };
  assert.match(text(part), /this\s+2\.00 ms\s+4\.00 × that/);
  assert.match(markdown(part), "| this | 2.00 ms | 4.00 × that |");
  assert.match(text({ ...part, rows: [], skipped: "no PyTorch" }), "skipped: no PyTorch");
});

test("the work of a product is counted forward and backward", async () => {
  const { Engine } = await built<typeof import("../../core/engine/engine.ts")>("core/engine/engine.js");
  const work: Work = { products: 0, adam: 0, others: 0 };
  const engine = new Engine(countingKernels(work));
  const weight = engine.parameter(3, 4, () => 0.5);
  engine.begin();
  const y = engine.linear([[engine.input(2, 3, [1, 2, 3, 4, 5, 6]), weight]]);
  engine.choose(y, 0.5);
  assert.is(work.products, 2 * 2 * 3 * 4);
  engine.backward(1);
  assert.is(work.products, 2 * (2 * 2 * 3 * 4), "the gradient of x is a product of the same size");
  engine.adam({ learningRate: 0.01 });
  assert.is(work.products, 3 * (2 * 2 * 3 * 4), "so is that of the weight, which Adam takes");
  assert.is(work.adam, 13 * 12);
});

test("a query of gnn-lstm is counted, and its work grows with K", () => {
  const four = workOf(PAPER, 2);
  const eight = workOf({ ...PAPER, count: 8 }, 2);
  assert.ok(four.products > 2e6 && four.products < 6e6, `${four.products}`);
  assert.ok(eight.products > 1.2 * four.products);
  assert.ok(eight.adam - four.adam < 13 * 4 * 64 + 100, "but for four rows of the table of subspaces, Adam has the same parameters");
});

test.run();
