import { test } from "uvu";
import * as assert from "uvu/assert";
import { brushesText, isChosen, parseBrushes, toggled } from "../../../../app/page/studio/coordinates/axes.ts";

const nothing = parseBrushes();

test("brushes are what an address says, and what it cannot say asks for nothing", () => {
  for (const text of ["0:1.2,3:0;90.5~92", "2:4", ";-1.5~2"]) assert.is(brushesText(parseBrushes(text)), text);
  for (const text of ["", "x:y", "1:", ";a~b", ";1", "1:-2"]) assert.is(brushesText(parseBrushes(text)), undefined, text);
  assert.equal(parseBrushes(";92~90").scores, [90, 92], "the ends in either order");
});

test("a line is chosen if each component that is asked for has one of the choices, and the score is in the range", () => {
  const brushes = parseBrushes("0:1.2,3:0;90~92");
  const line = (choices: number[], score: number) => isChosen(brushes, { choices, score });
  assert.ok(line([2, 9, 9, 0], 90));
  assert.not(line([0, 9, 9, 0], 91));
  assert.not(line([1, 9, 9, 1], 91));
  assert.not(line([1, 9, 9, 0], 92.1));
  assert.ok(isChosen(nothing, { choices: [], score: 0 }));
});

test("pressing each choice of a component in turn asks for nothing again", () => {
  const one = toggled(nothing, 1, 0, 2);
  assert.is(brushesText(one), "1:0");
  assert.is(brushesText(toggled(one, 1, 1, 2)), undefined);
  assert.is(brushesText(toggled(one, 1, 0, 2)), undefined);
});

test.run();
