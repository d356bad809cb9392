import { test } from "uvu";
import * as assert from "uvu/assert";
import { QueryCount } from "../../../core/search/query-count.ts";

test("a count of lower fidelities is whole where their epochs make whole queries, whatever the order", () => {
  for (const full of [10, 12, 200, 7]) {
    const count = new QueryCount();
    for (let i = 0; i < 160 * full; i++) count.add(1);
    assert.is(count.in(full), 160);
    count.add(undefined);
    assert.is(count.in(full), 161);
    for (let i = 0; i < full; i++) count.remove(1);
    assert.is(count.in(full), 160);
  }
});

test("a count of full queries alone needs no epochs", () => {
  const count = new QueryCount();
  count.add(undefined);
  assert.is(count.in(0), 1);
});

test.run();
