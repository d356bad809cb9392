import { test } from "uvu";
import * as assert from "uvu/assert";
import { Budget, COST_MODELS, type Limits } from "../../../core/search/budget.ts";

/** Spends a budget on the given queries; says how many fitted. */
function spend(limits: Limits, queries: readonly (readonly [architecture: string, seconds: number])[], initial: typeof queries = []) {
  const budget = new Budget(limits);
  for (const [text, seconds] of initial) budget.chargeInitial(() => text, seconds);
  let fitted = 0;
  for (const [text, seconds] of queries) {
    if (!budget.lasts) break;
    budget.begin();
    if (!budget.charge(() => text, seconds)) break;
    fitted++;
  }
  return { fitted, queries: budget.queries, seconds: budget.seconds };
}
const abc = [
  ["a", 10],
  ["b", 10],
  ["a", 10],
  ["c", 10],
  ["d", 10],
] as const;

test("official: first centres are free, repeats are charged, the last query may overshoot", () => {
  const cost = COST_MODELS.official;
  assert.equal(spend({ queries: 3, cost }, abc, [["z", 99]]), { fitted: 3, queries: 3, seconds: 30 });
  assert.equal(spend({ seconds: 25, cost }, abc, [["z", 99]]), { fitted: 3, queries: 3, seconds: 30 });
});

test("every-query: first centres are charged", () => {
  const cost = COST_MODELS["every-query"];
  assert.equal(spend({ queries: 3, cost }, abc, [["z", 10]]), { fitted: 2, queries: 3, seconds: 30 });
  assert.equal(spend({ seconds: 25, cost }, abc, [["z", 10]]), { fitted: 2, queries: 3, seconds: 30 });
});

test("distinct: a repeat costs nothing, and the query that does not fit is dropped", () => {
  const cost = COST_MODELS.distinct;
  assert.equal(spend({ queries: 3, cost }, abc), { fitted: 4, queries: 3, seconds: 30 });
  assert.equal(spend({ seconds: 25, cost }, abc), { fitted: 3, queries: 2, seconds: 20 });
  assert.equal(spend({ seconds: 25, cost }, abc, [["a", 10]]), { fitted: 3, queries: 2, seconds: 20 });
});

test("what was prepared is charged its seconds, and one query is left where the last may exceed", () => {
  const prepared = (cost: Limits["cost"], seconds: number) => {
    const budget = new Budget({ seconds: 25, cost });
    assert.equal(budget.chargePreparation(seconds), { queries: 0, seconds });
    let fitted = 0;
    for (; budget.lasts; fitted++) {
      budget.begin();
      if (!budget.charge(() => `${fitted}`, 10)) break;
    }
    return [fitted, budget.seconds];
  };
  assert.equal(prepared(COST_MODELS.official, 8), [2, 28]);
  assert.equal(prepared(COST_MODELS.official, 40), [1, 50]);
  assert.equal(prepared(COST_MODELS.distinct, 8), [1, 18]);
  assert.equal(prepared(COST_MODELS.distinct, 40), [0, 40]);
});

test("0 queries: none fits, whatever the free first centres took", () => {
  assert.equal(spend({ queries: 0, cost: COST_MODELS.official }, abc, [["z", 99]]), { fitted: 0, queries: 0, seconds: 0 });
});

test("a run ends where one evaluation after the other fails, if failures bring it no nearer to its end", () => {
  const failing = (limits: Limits, failures: number, between = Number.POSITIVE_INFINITY) => {
    const budget = new Budget(limits);
    for (let i = 1; i <= failures && budget.lasts; i++) {
      budget.begin();
      budget.charge(i % between === 0 ? () => "good" : undefined, 0);
    }
    return budget.stalled;
  };
  const [free, charged] = [{ ...COST_MODELS.official, failures: "free" } as const, COST_MODELS.official];
  assert.is(failing({ queries: 1000, cost: free }, 99), false);
  assert.is(failing({ queries: 1000, cost: free }, 100), true);
  assert.is(failing({ queries: 1000, cost: free }, 900, 50), false);
  assert.is(failing({ seconds: 1000, cost: charged }, 100), true);
  assert.is(failing({ seconds: 1000, cost: charged }, 900, 50), false);
  assert.is(failing({ queries: 1000, cost: charged }, 900), false);
});

test("both limits hold at once", () => {
  const cost = COST_MODELS.official;
  assert.is(spend({ queries: 2, seconds: 1000, cost }, abc).fitted, 2);
  assert.is(spend({ queries: 1000, seconds: 15, cost }, abc).fitted, 2);
});

test("queries under way count against the limit, so that none begins in vain", () => {
  const budget = new Budget({ queries: 2, cost: COST_MODELS.official });
  budget.begin();
  budget.begin();
  assert.is(budget.lasts, false);
});

/** Spends a budget on queries of so many epochs of 10 each; says how many fitted. */
function spendEpochs(limits: Limits, epochs: readonly (number | undefined)[], texts = (i: number) => `${i}`) {
  const budget = new Budget(limits, 10);
  let fitted = 0;
  for (const [i, fidelity] of epochs.entries()) {
    if (!budget.lasts) break;
    budget.begin(fidelity);
    if (!budget.charge(() => texts(i), 1, fidelity)) break;
    fitted++;
  }
  return { fitted, queries: budget.queries };
}

test("a query at a lower fidelity costs its share of the epochs, and the whole budget is reached", () => {
  const cost = COST_MODELS.official;
  assert.equal(spendEpochs({ queries: 160, cost }, Array<number>(1000).fill(4)), { fitted: 400, queries: 160 });
  assert.equal(spendEpochs({ queries: 3, cost }, [1, 1, 1, undefined, 7, undefined, undefined]), { fitted: 6, queries: 3 });
  const budget = new Budget({ queries: 3, cost }, 10);
  budget.begin(4);
  assert.equal(
    budget.charge(() => "a", 5, 4),
    { queries: 0.4, seconds: 5 },
  );
});

test("the query that exceeds the budget of queries counts, or is dropped where nothing may overshoot", () => {
  assert.equal(spendEpochs({ queries: 2, cost: COST_MODELS.official }, [4, undefined, undefined, 1]), { fitted: 3, queries: 2.4 });
  assert.equal(spendEpochs({ queries: 2, cost: COST_MODELS.distinct }, [4, undefined, undefined, 1]), { fitted: 2, queries: 1.4 });
});

test("a repeat is free at the fidelity that it was measured at, and not at another", () => {
  const { queries } = spendEpochs({ queries: 9, cost: COST_MODELS.distinct }, [4, 4, 1, undefined, undefined, 4], () => "a");
  assert.is(queries, 1.5);
});

test("lower fidelities under way count by their share", () => {
  const budget = new Budget({ queries: 1, cost: COST_MODELS.official }, 10);
  budget.begin(4);
  budget.begin(5);
  assert.is(budget.lasts, true);
  budget.begin(1);
  assert.is(budget.lasts, false);
  budget.chargeNothing(5);
  assert.is(budget.lasts, true);
});

test("a search that spends nothing any more has stalled, and ends", () => {
  const repeats = Array.from({ length: 50_000 }, () => ["a", 1] as const);
  assert.ok(spend({ queries: 5, cost: COST_MODELS.distinct }, repeats).fitted < 50_000);
  const free = Array.from({ length: 50_000 }, (_, i) => [`${i}`, 0] as const);
  assert.ok(spend({ seconds: 5, cost: COST_MODELS.official }, free).fitted < 50_000);
});

test.run();
