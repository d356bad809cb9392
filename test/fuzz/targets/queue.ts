/** What comes by way of a queue: outcomes, jobs, who is there, parcels and their trees, ranges of content. @module */
import { deflateRawSync } from "node:zlib";
import fc, { type Arbitrary } from "fast-check";
import { queueText } from "../../../app/cli/commands/queues/queue-text.ts";
import type { QueueCall } from "../../../app/host/queue/call/queue-call.ts";
import { runElsewhere } from "../../../app/host/queue/call/runs.ts";
import { outcomeOf as awaited } from "../../../app/host/queue/call/tries.ts";
import type { Outcome } from "../../../app/host/queue/messages.ts";
import { outcomeOf } from "../../../app/host/queue/outcomes.ts";
import { EventPacker, unpackedEvents } from "../../../app/host/queue/packed-events.ts";
import { parsedParcel, parsedTree } from "../../../app/host/queue/parcels/parsed.ts";
import { packRange, unpackRange } from "../../../app/host/queue/parcels/ranges.ts";
import { jobProblem, presenceIn } from "../../../app/host/queue/received.ts";
import { jobInWords } from "../../../app/host/queue/worker/job-words.ts";
import { RunStore } from "../../../app/host/store/run-store.ts";
import type { SearchEvent } from "../../../core/record/events.ts";
import { ResultFold } from "../../../core/record/result.ts";
import { runWith, small } from "../../experiments.ts";
import { editedBytes, editedJson, editedJsonText, ofSome } from "../mutations.ts";
import { target, WrongResult } from "../target.ts";

type Input =
  | { readonly outcome: Uint8Array }
  | { readonly job: unknown }
  | { readonly presences: readonly string[] }
  | { readonly parcel: string }
  | { readonly tree: string }
  | { readonly range: Uint8Array };

const SHA = "a".repeat(64);
const CONTENT = { sha256: SHA, bytes: 3 };
const POINT = { epoch: 1, value: 50 };
const RESULT = {
  ...{ seed: 1, best: { architecture: "a", score: 1 }, queries: 2, distinct: 2, cost: { seconds: 1 }, updates: 0, centres: [] },
};
const RUN = { result: RESULT, trajectory: { incumbent: [], centres: [], distances: [] }, wallSeconds: 1 };
const OF_CALL = { call: "c", parcel: SHA, digest: SHA };
const JOBS = [
  { ...OF_CALL, kind: "runs", seeds: [1, 2], outcomes: ["x", "y"], types: ["run.started"] },
  { ...OF_CALL, kind: "try", seed: 1, attempt: 1, request: { query: 0, architecture: [0, 1], floors: [POINT] }, outcome: "x" },
  { ...OF_CALL, kind: "test", seed: 1, architecture: "a", outcome: "x" },
  { ...OF_CALL, kind: "training", architecture: "a", epochs: 2, seed: 1, outcome: "x" },
];
const HERE = { id: "i", host: "h", pid: 1, evoke: "1", since: 0, done: 1 };
const WORKER = {
  ...HERE,
  runtime: "Node",
  runs: 1,
  evaluations: 1,
  trusts: true,
  failed: 0,
  seconds: 1,
  doing: [{ what: "it", seconds: 1 }],
};
const CALL = { ...HERE, call: "c", name: "n", under: 1, of: 4 };
const PARCEL = {
  ...{ parcel: 1, evoke: "1", digest: SHA, kind: "experiment", title: "t", manifest: "{}", tree: CONTENT },
  ...{ tables: { t: CONTENT }, inputs: { i: SHA }, proposals: 1, command: false },
};
const TREE = {
  folder: "a/b",
  files: [
    { ...CONTENT, path: "a/b/c.js", use: "code", executable: true },
    { ...CONTENT, path: "d", use: "data" },
  ],
  links: [{ path: "a/node_modules", to: "e" }],
};

function outcomes(ofRun: readonly SearchEvent[]): readonly unknown[] {
  const packer = new EventPacker();
  for (const event of ofRun) packer.add(event);
  const events = packer.packed();
  return [
    { run: RUN, others: [{ digest: SHA, run: RUN }], events, notes: ["n"], seconds: 1 },
    { measurement: { score: 1, seconds: 2, metrics: { m: 1 }, curve: [POINT] } },
    { test: { metric: { name: "a" }, value: 1 } },
    { training: { curve: [[1, 2, 3]], seconds: 1 } },
    { failed: { message: "m", code: "TABLE_MISSING", stack: "s", log: "l", final: true }, events, notes: [] },
    { refused: { worker: "w", name: "n", reason: "r" } },
  ];
}

export default target<Input>({
  name: "queue",
  async inputs(): Promise<Arbitrary<Input>> {
    const { events } = await runWith({ ...small, budget: { queries: 3 } });
    const outcome = ofSome(outcomes(events), (value) => editedJsonText(value).map((text) => Uint8Array.from(deflateRawSync(text))));
    return fc.oneof(
      { weight: 4, arbitrary: outcome.map((outcome) => ({ outcome })) },
      { weight: 1, arbitrary: outcome.chain((bytes) => editedBytes(bytes)).map((outcome) => ({ outcome })) },
      { weight: 2, arbitrary: ofSome(JOBS, (job) => editedJson(job)).map((job) => ({ job })) },
      { weight: 2, arbitrary: fc.tuple(editedJsonText(WORKER), editedJsonText(CALL)).map((presences) => ({ presences })) },
      { weight: 2, arbitrary: editedJsonText(PARCEL).map((parcel) => ({ parcel })) },
      { weight: 2, arbitrary: editedJsonText(TREE).map((tree) => ({ tree })) },
      {
        weight: 1,
        arbitrary: editedBytes(packRange({ ...CONTENT, from: 0, total: 9, bytes: Uint8Array.of(1, 2, 3) })).map((range) => ({ range })),
      },
    );
  },
  async act(input) {
    if ("outcome" in input) await hearOutcome(input.outcome);
    if ("job" in input && jobProblem(input.job) === undefined) text(jobInWords(input.job as never));
    if ("presences" in input) look(input.presences as [string, string]);
    if ("parcel" in input) await parsedParcel(input.parcel);
    if ("tree" in input) parsedTree(input.tree);
    if ("range" in input) unpackRange(Buffer.from(input.range));
  },
});

/** What a call does with it, whatever it has asked for: what is damaged is not there, and else it is kept, or an error. */
async function hearOutcome(bytes: Uint8Array): Promise<void> {
  let outcome: Outcome;
  try {
    outcome = outcomeOf(bytes);
  } catch {
    return;
  }
  if ("refused" in outcome) return text(`${outcome.refused.name}: ${outcome.refused.reason}`);
  const heard = outcome;
  const call = {
    named: () => "x",
    forgetWithRun() {},
    runEnded() {},
    hand: (task: Parameters<QueueCall["hand"]>[0]) => task.hear(heard, task.outcomes[0]!),
  } as unknown as QueueCall;
  const store = await RunStore.inMemory();
  const kept = { find: () => undefined, keep: (digest: string, run: typeof RUN) => store.add(digest, [run as never]) };
  try {
    await runElsewhere(call, SHA, SHA, 1, kept as never).then((ended) => "result" in ended && store.add(SHA, [ended]), inWords);
    const fold = new ResultFold();
    for (const some of unpackedEvents(("events" in heard && heard.events) || [])) for (const event of some) fold.next(event);
    const of = { measurement: "try", test: "test", training: "training" } as const;
    for (const [member, kind] of Object.entries(of))
      await awaited(call, { kind, outcome: "x", parcel: SHA } as never, (one) => (one as Record<string, unknown>)[member]).catch(inWords);
  } finally {
    store.close();
  }
}

function inWords(error: unknown): void {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) throw error;
  text(error.message);
}

function look([worker, call]: readonly [string, string]): void {
  const rated = <T extends object>(one: T | undefined) => (one ? [{ ...one, rate: 1, eta: 2 }] : []);
  const server = {
    kind: "Redis",
    version: "7",
    memory: 1,
    memoryLimit: null,
    eviction: "noeviction",
    append: false,
    cluster: false,
    connections: 1,
  };
  const jobs = { runs: { waiting: 1, active: 0 }, evaluations: { waiting: 0, active: 0 } };
  const [workers, calls] = [rated(presenceIn("worker", worker)), rated(presenceIn("call", call))];
  text(queueText({ queue: "redis://h", evoke: "1", server, workers, calls, jobs }));
}

function text(said: unknown): void {
  if (typeof said !== "string" || said.includes("undefined")) throw new WrongResult(`it says ${JSON.stringify(said)}`);
}
