import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { endIdleProcesses, processesIn } from "../../../../app/host/processes/processes.ts";
import type { EvokeError } from "../../../../core/errors/index.ts";
import type { Heard, Program, Reply } from "../../../../core/plugin/processes.ts";
import { allEnded, isAlive } from "./alive.ts";

const folder = mkdtempSync(join(tmpdir(), "evoke-processes-"));
test.after(() => rmSync(folder, { recursive: true }));
test.after(endIdleProcesses);

const never = new AbortController().signal;
/** The beginning of a script that reads requests line by line. */
const LINES = `const lines = require("node:readline").createInterface({ input: process.stdin });`;

/** A program in JavaScript. */
function program(script: string, options: Partial<Program> = {}): Program {
  return { command: [process.execPath, "-e", script], environment: {}, perSlot: 1, persistent: false, ...options };
}

/** A line that begins with "result" is the last, with "part" one of the answer, and so on. */
function hear(line: string): Heard {
  const [word] = line.split(" ");
  return word === "result" ? "last" : word === "part" ? "more" : word === "stop" || word === "wrong" ? word : "unknown";
}

interface Told extends Reply {
  readonly lines: readonly string[];
}

async function ask(one: Program, request = "request", signal = never, in_ = folder): Promise<Told> {
  const lines: string[] = [];
  const listen = (line: string) => {
    lines.push(line);
    return hear(line);
  };
  return { ...(await processesIn(in_).ask(one, request, listen, signal)), lines };
}

/** The numbers of the processes that it has printed. */
const pidsIn = ({ lines }: Told) => lines.flatMap((line) => (/^part pids /.test(line) ? line.split(" ").slice(2).map(Number) : []));

test("a program reads the request, and its output is told by lines; the rest is its log", async () => {
  const script = `process.stdin.once("data", (text) => {
    console.log("result " + text);
    console.error("to stderr");
    console.log("to stdout");
    process.exit(3);
  });`;
  const { end, code, signal, lines, log } = await ask(program(script), "the request");
  assert.equal({ end, code, signal }, { end: "exited", code: 3, signal: null });
  assert.equal(lines, ["result the request", "", "to stdout"]);
  assert.equal(log.split("\n").sort(), ["", "", "to stderr", "to stdout"]);
});

test("a program runs in the manifest's folder, with variables of its own, of its slot, and of Evoke", async () => {
  const script = `const { OWN, GPU, EVOKE_SLOT, PATH } = process.env; console.log(JSON.stringify([process.cwd(), OWN, GPU, EVOKE_SLOT, PATH])); process.exit()`;
  const { log } = await ask(program(script, { environment: { OWN: "a" }, slots: [{ GPU: "7" }] }));
  const [cwd, ...variables] = JSON.parse(log);
  assert.ok(cwd.endsWith(folder));
  assert.equal(variables, ["a", "7", "0", process.env.PATH]);
});

test("a program whose stdin nobody closes still has its request", async () => {
  const script = `process.stdin.once("data", () => setTimeout(() => process.exit(closed ? 1 : 0), 100)); let closed = false; process.stdin.on("end", () => (closed = true));`;
  assert.is((await ask(program(script))).code, 0);
});

test("a program that does not read its stdin, and prints nothing, ends as it ends", async () => {
  const { end, code, lines, log } = await ask(program("process.exit(0)"), "x".repeat(1_000_000));
  assert.equal({ end, code, lines, log }, { end: "exited", code: 0, lines: [], log: "" });
});

test("a program that is killed is told with the signal", async () => {
  const { end, code, signal } = await ask(program(`process.kill(process.pid, "SIGKILL")`));
  assert.equal({ end, code, signal }, { end: "exited", code: null, signal: "SIGKILL" });
});

test("a program that is not there is a final error", async () => {
  for (const command of [["no-such-program"], ["./no-such-file"], [folder]]) {
    const error: EvokeError = await ask({ ...program(""), command }).then(
      () => assert.unreachable() as never,
      (error) => error,
    );
    assert.is(error.code, "PROGRAM_UNUSABLE");
    assert.ok(error.final);
  }
});

test("a program that takes too long is ended, with all that it has started, even if they ignore SIGTERM", async () => {
  const script = `const { spawn } = require("node:child_process");
    process.on("SIGTERM", () => {});
    const child = spawn("/bin/sh", ["-c", "trap '' TERM; while :; do sleep 1; done"], { stdio: "inherit" });
    console.log("part pids", process.pid, child.pid);
    setInterval(() => {}, 1000);`;
  const told = await ask(program(script, { timeout: 0.5 }));
  assert.is(told.end, "timeout");
  assert.is(pidsIn(told).length, 2);
  assert.equal(pidsIn(told).filter(isAlive), []);
});

test("a program that prints nothing for too long is ended; one that prints half a line is not", async () => {
  assert.is((await ask(program(`setInterval(() => {}, 1000)`, { silence: 0.3 }))).end, "silence");
  const dots = `let n = 0; setInterval(() => { process.stderr.write("."); if (n++ === 30) process.exit(); }, 50)`;
  assert.is((await ask(program(dots, { silence: 1 }))).end, "exited");
});

test("what a program has left running when it has ended is ended, and does not keep its output open", async () => {
  const script = `const { spawn } = require("node:child_process");
    const child = spawn("/bin/sh", ["-c", "sleep 1000; :"], { stdio: "inherit" });
    console.log("part pids", child.pid);
    console.log("result");
    process.exit(0);`;
  const told = await ask(program(script));
  assert.equal([told.end, told.code], ["exited", 0]);
  assert.is(pidsIn(told).length, 1);
  assert.equal(pidsIn(told).filter(isAlive), []);
});

test("however much a program prints, with or without lines, memory is bounded, and what comes after it is read", async () => {
  const script = `const chunk = "x".repeat(2 ** 20); let n = 0;
    const next = () => n++ < 100 ? process.stdout.write(LINE ? "y\\n".repeat(2 ** 16) : chunk, next) : process.stdout.write("\\nresult\\n", () => process.exit());
    next();`;
  for (const line of [true, false]) {
    const before = process.memoryUsage().rss;
    let last = "";
    const reply = await processesIn(folder).ask(
      program(script.replace("LINE", String(line))),
      "",
      (heard) => {
        last = heard;
        return "unknown";
      },
      never,
    );
    assert.is(reply.log.length, 65_536);
    assert.is(last, "result");
    assert.ok(process.memoryUsage().rss - before < 250e6, "less than what it has printed");
  }
});

test("a program is ended where its answer is wrong, or wanted no further", async () => {
  for (const word of ["wrong", "stop"]) {
    const { end, lines } = await ask(program(`console.log("${word}"); setInterval(() => console.log("part"), 10)`));
    assert.is(end, word === "stop" ? "stopped" : "wrong");
    assert.equal(lines, [word], "what it prints then is not told");
  }
});

test("a program is ended when its answer is not wanted any more, before whoever asked is told", async () => {
  const abort = new AbortController();
  const pids: number[] = [];
  const listen = (line: string): Heard => {
    pids.push(...line.split(" ").slice(2).map(Number));
    abort.abort(new Error("interrupted"));
    return "more";
  };
  const script = `console.log("part pids", process.pid); setInterval(() => {}, 1000)`;
  await processesIn(folder)
    .ask(program(script), "", listen, abort.signal)
    .then(
      () => assert.unreachable(),
      ({ message }) => assert.is(message, "interrupted"),
    );
  assert.is(pids.length, 1);
  assert.not(isAlive(pids[0]!));
});

test("a program is ended where what listens to it throws, and the error is handed on", async () => {
  const script = `console.log("part"); setInterval(() => {}, 1000)`;
  const listen = (): Heard => {
    throw new Error("a defect");
  };
  await processesIn(folder)
    .ask(program(script), "", listen, never)
    .then(
      () => assert.unreachable(),
      ({ message }) => assert.is(message, "a defect"),
    );
});

test("no slot has more programs at once than it takes, over experiments and runs, and all slots are used", async () => {
  for (const perSlot of [1, 2]) {
    const record = join(folder, `slots-${perSlot}`);
    const script = `echo begins $GPU >> ${record}; sleep 0.05; echo ends $GPU >> ${record}`;
    const slots = [{ GPU: "a" }, { GPU: "b" }, { GPU: "c" }];
    const of = (cell: number) =>
      program("", {
        command: ["/bin/sh", "-c", script],
        slots: cell === 0 ? slots : [...slots].reverse(),
        perSlot,
        environment: { CELL: `${cell}` },
      });
    const folders = [folder, tmpdir()];
    await Promise.all(Array.from({ length: 24 }, (_, i) => ask(of(i % 2), "request", never, folders[i % 2]!)));
    const under = new Map<string, number>();
    const most = new Map<string, number>();
    for (const line of readFileSync(record, "utf8").trimEnd().split("\n")) {
      const [word, gpu] = line.split(" ") as [string, string];
      under.set(gpu, (under.get(gpu) ?? 0) + (word === "begins" ? 1 : -1));
      most.set(gpu, Math.max(most.get(gpu) ?? 0, under.get(gpu)!));
    }
    assert.equal([...most.keys()].sort(), ["a", "b", "c"]);
    assert.ok(
      [...most.values()].every((count) => count <= perSlot),
      JSON.stringify([...most]),
    );
    assert.equal([...under.values()], [0, 0, 0]);
  }
});

const WORKER = `${LINES} lines.on("line", (line) => { console.log("part pids", process.pid); console.log("result " + line); });`;

test("a worker takes one request after another, and one more is made where two are to be answered at once", async () => {
  const worker = program(WORKER, { persistent: true, slots: 2 });
  const first = await ask(worker, "1");
  assert.equal([first.end, first.lines.at(-1)], ["answered", "result 1"]);
  const second = await ask(worker, "2");
  assert.equal(second.lines.at(-1), "result 2");
  assert.equal(pidsIn(second), pidsIn(first));
  const both = (await Promise.all([ask(worker, "3"), ask(worker, "4")])).flatMap(pidsIn);
  assert.is(new Set(both).size, 2);
  assert.ok(both.includes(pidsIn(first)[0]!));
  await endIdleProcesses();
  assert.equal(both.filter(isAlive), []);
});

test("a worker that dies, hangs or answers twice is replaced", async () => {
  const mad = program(
    `${LINES} lines.on("line", (line) => {
      console.log("part pids", process.pid);
      if (line === "die") process.exit(4);
      if (line === "hang") return;
      console.log("result " + line);
      if (line === "twice") setTimeout(() => console.log("result again"), 50);
    });`,
    { persistent: true, timeout: 1 },
  );
  const well = await ask(mad, "1");
  const dies = await ask(mad, "die");
  assert.equal([dies.end, dies.code, pidsIn(dies)], ["exited", 4, pidsIn(well)]);
  const hangs = await ask(mad, "hang");
  assert.is(hangs.end, "timeout");
  const twice = await ask(mad, "twice");
  assert.is(twice.end, "answered");
  await allEnded(pidsIn(twice));
  const last = await ask(mad, "2");
  assert.is(last.end, "answered");
  assert.is(new Set([well, hangs, twice, last].flatMap(pidsIn)).size, 4);
});

test("a worker is told to stop, and lives on if it does; one that hears nothing is ended", async () => {
  const script = `${LINES} let timer; lines.on("line", (line) => {
    if (DEAF && timer) return;
    if (line === '{"stop":true}') { clearInterval(timer); console.log("result stopped"); return; }
    console.log("part pids", process.pid);
    if (line === "easy") console.log("result");
    else timer = setInterval(() => console.log("stop"), 10);
  });`;
  const hearing = program(script.replace("DEAF", "false"), { persistent: true });
  const stopped = await ask(hearing, "long");
  assert.equal([stopped.end, stopped.lines.at(-1)], ["answered", "result stopped"]);
  assert.equal(pidsIn(await ask(hearing, "easy")), pidsIn(stopped));
  const deaf = await ask(program(script.replace("DEAF", "true"), { persistent: true }), "long");
  assert.is(deaf.end, "stopped");
  assert.equal(pidsIn(deaf).filter(isAlive), []);
});

test("a worker makes room in its slot for another program", async () => {
  const slots = [{ GPU: "shared" }];
  const first = await ask(program(WORKER, { persistent: true, slots }));
  assert.ok(pidsIn(first).every(isAlive));
  const second = await ask(program(WORKER, { slots, environment: { OTHER: "1" }, timeout: 1 }));
  assert.is(second.lines.at(-1), "result request");
  assert.equal(pidsIn(first).filter(isAlive), []);
});

test.run();
