import { test } from "uvu";
import * as assert from "uvu/assert";
import { digitsFor, equalsProbability, fileNames, fixed, metricTitle, NOTHING, percentage, signed } from "../../../app/report/format.ts";
import { metrics } from "./made-up-cells.ts";

test("fixed() has a true minus sign and no negative zero", () => {
  assert.equal([fixed(-1.234, 2), fixed(-0.001, 2), fixed(94.2, 2)], ["−1.23", "0.00", "94.20"]);
  assert.equal([fixed(undefined, 2), fixed(null, 2), fixed(Number.NaN, 2)], [NOTHING, NOTHING, NOTHING]);
});

test("signed() gives a sign to all but zero", () => {
  assert.equal([signed(0.5, 1), signed(-0.5, 1), signed(0.01, 1), signed(null, 1)], ["+0.5", "−0.5", "0.0", NOTHING]);
});

test("a probability is never shown as 0", () => {
  assert.equal([equalsProbability(0), equalsProbability(0.0009), equalsProbability(0.0213)], ["p < 0.001", "p < 0.001", "p = 0.021"]);
});

test("digitsFor() shows the usual standard error with a digit of its own, and at least two", () => {
  assert.equal([digitsFor([0.2]), digitsFor([0.013, 0.02, 5]), digitsFor([0.0004]), digitsFor([null, 0])], [2, 2, 4, 2]);
});

test("the title of an axis says data set, epochs and unit", () => {
  assert.is(metricTitle(metrics.score, "score"), "validation accuracy, CIFAR-10, 12 epochs (%)");
  assert.is(
    metricTitle({ ...metrics.test, name: "loss", dataset: "mine", epochs: 1, scheduled: 8, unit: "nats" }, "test"),
    "test loss, mine, 1 of 8 epochs (nats)",
  );
  assert.is(metricTitle(undefined, "test"), "test metric");
});

test("fileNames() are safe whatever cells and axes are called, and no two are alike", () => {
  assert.equal(fileNames(["../Axis /a_b=1", "…", "axis a b 1"]), ["axis-a-b-1", "unnamed", "axis-a-b-1-2"]);
});

test("percentage() rounds a share", () => assert.equal([percentage(0.125), percentage(undefined)], ["13 %", NOTHING]));

test.run();
