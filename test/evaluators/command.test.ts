import { test } from "uvu";
import * as assert from "uvu/assert";
import { cannotReadFile, type EvokeError } from "../../core/errors/index.ts";
import { problemsOf } from "../../core/json/schema.ts";
import type { CurvePoint, EvaluationContext, Evaluator, Measurement } from "../../core/plugin/evaluator.ts";
import type { Heard, Processes, Program, Reply } from "../../core/plugin/processes.ts";
import { OUTSIDE_A_RUN } from "../../core/search/evaluations.ts";
import { networkDocument } from "../../core/space/network-document.ts";
import command from "../../evaluators/command.ts";
import { evaluatorContract } from "../contracts/evaluator.ts";
import { examples } from "../core/pytorch/networks.ts";
import { tinySpace } from "../fixtures.ts";

const space = tinySpace(3, 4);
const METRIC = { name: "accuracy", dataset: "digits", epochs: 9, unit: "percent" };

/** A program that prints certain lines, and ends as is said: with exit code 0, if nothing is. */
class Printing implements Processes {
  readonly asked: { readonly program: Program; readonly request: Record<string, unknown> }[] = [];
  readonly heard: Heard[] = [];
  readonly #lines: (request: Record<string, unknown>) => readonly unknown[];
  readonly #ended: Partial<Reply>;

  constructor(lines: (request: Record<string, unknown>) => readonly unknown[], ended: Partial<Reply> = {}) {
    this.#lines = lines;
    this.#ended = ended;
  }
  async find() {}
  async ask(program: Program, text: string, hear: (line: string) => Heard): Promise<Reply> {
    const request = JSON.parse(text);
    this.asked.push({ program, request });
    for (const line of this.#lines(request)) this.heard.push(hear(typeof line === "string" ? line : JSON.stringify(line)));
    return { end: "exited", code: 0, signal: null, seconds: 3.5, log: "what it printed\n", ...this.#ended };
  }
}

/** The files of a manifest's folder. */
class Folder {
  readonly read: string[] = [];
  readonly changed = new Set<string>();
  readonly #names: readonly string[];
  constructor(...names: string[]) {
    this.#names = names;
  }
  files = {
    read: async (file: string | URL) => {
      if (!this.#names.includes(String(file)))
        throw cannotReadFile(String(file), "the file", Object.assign(new Error(), { code: "ENOENT" }));
      this.read.push(String(file));
      return new Uint8Array();
    },
    changed: async (file: string | URL) => this.changed.has(String(file)),
  };
}

async function create(options: object, processes: Processes, folder = new Folder()): Promise<Evaluator> {
  const complete = structuredClone({ command: ["python3", "train.py"], metric: METRIC, ...options });
  assert.equal(problemsOf(command.options, complete), []);
  return await command.create(complete as never, { space, seed: 7, files: folder.files, processes });
}

interface Told extends EvaluationContext {
  readonly told: CurvePoint[];
}

/** @param floor  a training whose value is lower is to end */
function context(floor = Number.NEGATIVE_INFINITY, changes: Partial<EvaluationContext> = {}): Told {
  const told: CurvePoint[] = [];
  const progress = (point: CurvePoint) => told.push(point) > 0 && point.value >= floor;
  return { ...OUTSIDE_A_RUN, progress, folder: async () => "/of/its/own", told, ...changes };
}

/** What comes of an architecture when the program prints certain lines. */
async function evaluate(lines: readonly unknown[], ended: Partial<Reply> = {}, options: object = {}, told = context()) {
  const processes = new Printing(() => lines, ended);
  const measurement: Measurement = await (await create(options, processes)).evaluate([0, 1, 2], undefined, told);
  return { measurement, told: told.told, heard: processes.heard };
}

async function failure(lines: readonly unknown[], ended: Partial<Reply> = {}, options: object = {}): Promise<EvokeError> {
  try {
    await evaluate(lines, ended, options);
  } catch (error) {
    assert.is((error as EvokeError).code, "COMMAND_FAILED");
    return error as EvokeError;
  }
  return assert.unreachable("it succeeded") as never;
}

const score = ({ components, fidelity }: Record<string, unknown>) => [
  { score: Number((components as number[]).join("")) + Number(fidelity) },
];
for (const [title, run] of evaluatorContract("command", space, () => create({ fidelities: [3] }, new Printing(score)))) test(title, run);

test("command says which further metrics each result has, and fails one that lacks any of them", async () => {
  const metrics = { latency: { unit: "ms", goal: "minimise" } };
  const declared = { metrics };
  const given = { score: 5.5, metrics: { latency: 3, weights: 2 } };
  const { measurement } = await evaluate([given], {}, declared);
  assert.equal(measurement.metrics, given.metrics);
  assert.equal((await create(declared, new Printing(() => []))).metrics, [{ name: "latency", unit: "ms", goal: "minimise" }]);
  for (const lacking of [{ score: 1 }, { score: 1, metrics: { weights: 2 } }])
    assert.match((await failure([lacking], {}, declared)).message, /its "metrics" lack "latency", which \/evaluator\/options\/metrics has/);
  const stopped = await evaluate([{ epoch: 1, value: 2 }], { end: "stopped" }, declared, context(3));
  assert.is(stopped.measurement.stoppedAfter, 1, "one that was ended early has none");
});

test("command asks by text, components and names of the architecture, epochs, seed, try, and folders", async () => {
  const processes = new Printing(() => [{ score: 1 }]);
  const { evaluate } = await create({ fidelities: [3] }, processes);
  await evaluate([0, 1, 2], 3, context());
  await evaluate([0, 1, 2], undefined, context(0, { attempt: 2, lower: { fidelity: 3, folder: async () => "/of/the/lower" } }));
  const request = {
    evoke: 1,
    architecture: "0-1-2",
    components: [0, 1, 2],
    choices: ["operation 0", "operation 1", "operation 2"],
    named: { 0: "operation 0", 1: "operation 1", 2: "operation 2" },
    operations: ["operation 0", "operation 1", "operation 2", "operation 3"],
    fidelity: 3,
    seed: 7,
    attempt: 1,
    folder: "/of/its/own",
    previous: null,
  };
  assert.equal(processes.asked[0]!.request, request);
  assert.equal(processes.asked[1]!.request, { ...request, fidelity: 9, attempt: 2, previous: { fidelity: 3, folder: "/of/the/lower" } });
});

test("command tells the seed of the manifest, if that has one", async () => {
  const processes = new Printing(() => [{ score: 1 }]);
  await (await create({ seed: 5 }, processes)).evaluate([0, 0, 0], undefined, context());
  assert.is(processes.asked[0]!.request.seed, 5);
});

test("command has no folder to offer where nothing is kept, and fails where one cannot be made", async () => {
  const processes = new Printing(() => [{ score: 1 }]);
  const evaluator = await create({}, processes);
  await evaluator.evaluate([0, 0, 0], undefined, context(0, { folder: () => Promise.reject(new Error("nothing is kept")) }));
  assert.is(processes.asked[0]!.request.folder, null);
  const full = Object.assign(new Error("no space left"), { code: "ENOSPC" });
  await Promise.resolve(evaluator.evaluate([0, 0, 0], undefined, context(0, { folder: () => Promise.reject(full) }))).then(
    () => assert.unreachable(),
    (error) => assert.is(error, full),
  );
});

test("command gives the score, further metrics, the log, and the seconds that it took", async () => {
  const { measurement } = await evaluate([{ score: 93.1, metrics: { parameters: 12 } }]);
  assert.equal(measurement, { score: 93.1, seconds: 3.5, metrics: { parameters: 12 }, log: "what it printed\n" });
});

test("command charges the seconds that the program tells, or nothing", async () => {
  assert.is((await evaluate([{ score: 1, seconds: 120 }])).measurement.seconds, 120);
  assert.is((await evaluate([{ score: 1, seconds: 120 }], {}, { charge: "nothing" })).measurement.seconds, 0);
});

test("command tells the progress, and leaves all else to the log", async () => {
  const lines = [
    "Epoch 1",
    { epoch: 1, value: 50, loss: 2.5 },
    "{ no JSON",
    "[1, 2]",
    { other: 1 },
    { epoch: 2.5, value: 60 },
    { score: 60 },
  ];
  const { told, heard } = await evaluate(lines);
  assert.equal(told, [
    { epoch: 1, value: 50 },
    { epoch: 2.5, value: 60 },
  ]);
  assert.equal(heard, ["unknown", "more", "unknown", "unknown", "unknown", "more", "last"]);
});

test("command skips progress that does not go on, or has no finite value", async () => {
  const lines = [
    { epoch: 2, value: 50 },
    { epoch: 2, value: 51 },
    '{"epoch": 3, "value": NaN}',
    { epoch: 4, value: "high" },
    { score: 50 },
  ];
  assert.equal((await evaluate(lines)).told, [{ epoch: 2, value: 50 }]);
});

test("command hands on a curve that comes with the result", async () => {
  const curve = [
    { epoch: 1, value: 40 },
    { epoch: 2, value: 50 },
  ];
  assert.equal((await evaluate([{ score: 50, curve }])).measurement.curve, curve);
});

test("command ends a training that is to end, with its last value", async () => {
  const lines = [{ epoch: 1, value: 50 }, { epoch: 2, value: 40 }, { epoch: 3, value: 70 }, { score: 70 }];
  const { measurement, told, heard } = await evaluate(lines, { end: "stopped", code: null, signal: "SIGTERM" }, {}, context(45));
  assert.equal(measurement, { score: 40, stoppedAfter: 2, seconds: 3.5, log: "what it printed\n" });
  assert.is(told.length, 2);
  assert.equal(heard, ["more", "stop", "more", "last"]);
});

for (const [title, lines, ended, message] of [
  ["without a result", ["done"], {}, "ended without a result"],
  ["with an exit code", [{ score: 93 }], { code: 3 }, "ended with exit code 3"],
  ["by a signal", [{ score: 93 }], { code: null, signal: "SIGSEGV" }, "ended by SIGSEGV"],
  ["after the timeout", [{ epoch: 1, value: 2 }], { end: "timeout", code: null, signal: "SIGTERM" }, "not finished after 60 seconds"],
  ["in silence", [], { end: "silence", code: null, signal: "SIGKILL" }, "printed nothing for 5 seconds"],
  ["with a failure of its own", [{ failed: "out of memory" }], { code: 1 }, "reports that it failed: out of memory"],
  ["with NaN, as Python writes it", ['{"score": NaN, "metrics": {"loss": Infinity}}'], {}, 'score is not a finite number: {"score": NaN,'],
  ["with a text as score", [{ score: "93" }], {}, 'score is not a finite number: {"score":"93"}'],
  ["with a second result", [{ score: 1 }, { score: 2 }], { end: "wrong" }, 'gave a second result: {"score":2}'],
  ["with negative seconds", [{ score: 1, seconds: -1 }], {}, '"seconds" must be'],
  ["with metrics that are no numbers", [{ score: 1, metrics: { a: "b" } }], {}, '"metrics" must be'],
  [
    "with a curve that goes back",
    [
      {
        score: 1,
        curve: [
          { epoch: 2, value: 1 },
          { epoch: 1, value: 2 },
        ],
      },
    ],
    {},
    '"curve" must be',
  ],
] as const) {
  test(`command says how the program failed that ended ${title}, with the end of its log`, async () => {
    const error = await failure(lines, ended, { timeout: 60, silence: 5 });
    assert.ok(error.message.startsWith("Cannot evaluate with python3 train.py: it"), error.message);
    assert.ok(error.message.includes(message), error.message);
    assert.ok(error.message.endsWith("\n  what it printed"), error.message);
    assert.is(error.log, "what it printed\n");
  });
}

test("command shows the last five lines that a failed program printed, and keeps all of its log", async () => {
  const log = Array.from({ length: 9 }, (_, i) => `line ${i}${"!".repeat(300)}\n`).join("");
  const { message, log: kept } = await failure([], { code: 1, log });
  assert.is(message.split("\n").length, 6);
  assert.match(message, /code 1\.\n {2}line 4!{194}\n/);
  assert.is(kept, log);
  assert.match((await failure([], { code: 1, log: "" })).message, /It printed nothing else\.$/);
});

test("command goes on with a worker that reports a failure, and gives one up that says what it must not", async () => {
  const heard = async (line: unknown) => {
    const processes = new Printing(() => [line]);
    await Promise.resolve((await create({ persistent: true }, processes)).evaluate([0, 0, 0], undefined, context())).catch(() => {});
    return processes.heard[0];
  };
  assert.is(await heard({ failed: "out of memory" }), "last");
  assert.is(await heard({ score: null }), "wrong");
});

test("command takes as many evaluations at once as its slots", async () => {
  const limits = async (options: object) => {
    const { concurrency, places } = await create(options, new Printing(() => []));
    return [concurrency, places];
  };
  assert.equal(await limits({}), [1, Number.POSITIVE_INFINITY]);
  assert.equal(await limits({ slots: 3 }), [3, 3]);
  assert.equal(await limits({ slots: [{ GPU: "0" }, { GPU: "1" }], perSlot: 2 }), [4, 4]);
  assert.equal(await limits({ slots: 3, concurrency: 8 }), [8, 3]);
});

test("command hands on where and how the program is to run", async () => {
  const processes = new Printing(() => [{ score: 1 }]);
  const how = { slots: [{ GPU: "0" }], perSlot: 2, persistent: true, timeout: 60, silence: 5, environment: { DATA: "images" } };
  await (await create(how, processes)).evaluate([0, 0, 0], undefined, context());
  assert.equal(processes.asked[0]!.program, { command: ["python3", "train.py"], ...how });
});

test("command makes the files that it consists of inputs, or those that the manifest names", async () => {
  const folder = () => new Folder("train.py", "network.py", "run.sh");
  const inputs = async (options: object, of = folder()) => {
    await create(options, new Printing(() => []), of);
    return of.read;
  };
  assert.equal(await inputs({}), ["train.py"]);
  assert.equal(await inputs({ command: ["run.sh", "--fast", "absent.py"] }), ["run.sh"]);
  assert.equal(await inputs({ inputs: ["network.py"] }), ["network.py"]);
  assert.equal(await inputs({ inputs: [] }), []);
  for (const options of [{ inputs: ["absent.py"] }, { command: ["./absent.sh"] }])
    await inputs(options).then(
      () => assert.unreachable(),
      ({ code, message }) => assert.ok(code === "CANNOT_READ" && message.includes("absent"), message),
    );
});

test("command refuses a lower fidelity that is not lower", async () => {
  await create({ fidelities: [3, 9] }, new Printing(() => [])).then(
    () => assert.unreachable(),
    ({ code, message }) => assert.ok(code === "FIDELITY_INVALID" && message.includes("/evaluator/options/metric/epochs"), message),
  );
});

test("command looks for the program before the first query", async () => {
  let found: Program | undefined;
  const processes = new Printing(() => []);
  processes.find = async (program?: Program) => void (found = program);
  await (await create({}, processes)).prepare!();
  assert.equal(found?.command, ["python3", "train.py"]);
});

for (const [title, options, problem] of [
  ["the same slot twice", { slots: [{ GPU: "0" }, { GPU: "0" }] }, "/slots"],
  ["a variable that is no text", { slots: [{ GPU: 0 }] }, "/slots/0/GPU"],
  ["no command", { command: [] }, "/command"],
  ["a shell line", { command: "python3 train.py" }, "/command"],
] as const)
  test(`command refuses ${title}`, () => {
    const problems = problemsOf(command.options, { command: ["a"], metric: { ...METRIC }, ...options });
    assert.ok(problems.length > 0 && problems.join("\n").includes(problem), problems.join("\n"));
  });

test("the request has the layers of the network, if that is wanted and the space has networks", async () => {
  const printing = new Printing(() => [{ score: 50 }]);
  const described = examples[0]!.network;
  const withNetworks = { ...space, network: () => described };
  const options = structuredClone({ command: ["python3"], metric: METRIC, network: true });
  assert.equal(problemsOf(command.options, options), []);
  const dependencies = { seed: 7, files: new Folder().files, processes: printing };
  const evaluator = await command.create(options as never, { ...dependencies, space: withNetworks });
  await evaluator.evaluate([0, 1, 2], undefined, OUTSIDE_A_RUN);
  assert.equal(printing.asked[0]!.request.network, JSON.parse(JSON.stringify(networkDocument(described))));
  const refused = await command.create(options as never, { ...dependencies, space }).catch((error) => error);
  assert.is((refused as EvokeError).code, "NETWORK_MISSING");
});

test("bars of progress and colours do not hide what a program failed of", async () => {
  const log = `${Array.from({ length: 30 }, (_, i) => `\r${i} %|####`).join("")}\n\u001b[31mRuntimeError: out of memory\u001b[0m\u0000\n`;
  const failure = (await evaluate([], { code: 1, log }).catch((error) => error)) as EvokeError & { log: string };
  assert.match(failure.message, /exit code 1\.\n {2}29 %\|####\n {2}RuntimeError: out of memory$/);
  for (const control of ["\u0000", "\u001b", "\r"]) assert.not.ok(failure.log.includes(control));
  assert.match(failure.log, /\n29 %\|####\nRuntimeError/);
});

test("a script that has changed since the search began stops it", async () => {
  const folder = new Folder("train.py");
  const printing = new Printing(() => [{ score: 50 }]);
  const evaluator = await create({}, printing, folder);
  await evaluator.evaluate([0, 1, 2], undefined, context());
  folder.changed.add("train.py");
  const error = await Promise.resolve(evaluator.evaluate([0, 1, 2], undefined, context())).catch((error) => error);
  assert.is(error.code, "INPUT_CHANGED");
  assert.ok(error.final);
  assert.match(error.message, /train\.py has changed since this call began/);
  assert.is(printing.asked.length, 1);
});

test.run();
