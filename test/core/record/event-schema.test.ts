import { test } from "uvu";
import * as assert from "uvu/assert";
import { eventProblem } from "../../../core/record/event-schema.ts";
import { EVENT_TYPES } from "../../../core/record/events.ts";
import { runWith, small } from "../../experiments.ts";

const { events } = await runWith(small);
const written = (event: object) => JSON.parse(JSON.stringify(event));

test("every event of a run is right, and of every type that there is some are looked at", () => {
  for (const event of events) assert.is(eventProblem(written(event)), undefined, JSON.stringify(event));
  for (const type of EVENT_TYPES) assert.match(eventProblem({ type }) ?? "", /must have|run/, type);
});

test("an event that lacks what is folded from it is told, and one of no type", () => {
  const started = written(events.find(({ type }) => type === "run.started")!);
  assert.match(eventProblem({ ...started, metric: undefined })!, /metric/);
  assert.match(eventProblem({ ...started, metric: { ...started.metric, epochs: "9" } })!, /\/metric\/epochs: must be an integer/);
  const evaluated = written(events.find(({ type }) => type === "architecture.evaluated")!);
  assert.match(eventProblem({ ...evaluated, charged: null })!, /\/charged/);
  assert.match(eventProblem({ ...evaluated, type: "architecture.lost" })!, /it is of no type of events; found "architecture.lost"/);
  assert.match(eventProblem(null)!, /of no type/);
});

test.run();
