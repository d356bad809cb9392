/** What programs print: a command that evaluates, once or as a worker, and Python that trains. @module */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { endIdleProcesses, processesIn } from "../../../app/host/processes/processes.ts";
import type { EvaluationContext, Evaluator } from "../../../core/plugin/evaluator.ts";
import { OUTSIDE_A_RUN } from "../../../core/search/evaluations.ts";
import command from "../../../evaluators/command.ts";
import { startProcess } from "../../../training/pytorch/opened-process.ts";
import { tinySpace } from "../../fixtures.ts";
import { editedBytes, editedLines } from "../mutations.ts";
import { target, WrongResult } from "../target.ts";

interface Input {
  readonly as: "command" | "worker" | "python";
  readonly printed: Uint8Array;
}

const SAID = [
  { epoch: 1, value: 50.5 },
  { epoch: 2, value: 60 },
  {
    score: 70,
    seconds: 3,
    metrics: { latency: 2 },
    curve: [
      { epoch: 1, value: 50 },
      { epoch: 9, value: 70 },
    ],
  },
];
const FAILED = [{ epoch: 1, value: 1 }, { failed: "no memory" }];
const PYTHON = [
  { opened: { torch: "2.1", device: "cpu", card: "a processor" }, bytes: 0 },
  { loss: 0.5, bytes: 4 },
];
const metric = { name: "accuracy", dataset: "digits", epochs: 9, unit: "percent" };
const options = {
  metric,
  metrics: [{ name: "latency", unit: "ms", goal: "minimise" }],
  environment: {},
  charge: "measured",
  perSlot: 1,
  timeout: 10,
};
const space = tinySpace(2, 2);

export default target<Input>({
  name: "programs",
  inputs() {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const lines = fc.oneof(editedLines(SAID), editedLines(FAILED)).map(bytes);
    const python = fc.oneof(
      editedLines(PYTHON).map((text) => bytes(`${text}\0\0\0\0`)),
      editedBytes(bytes(`${PYTHON.map((line) => JSON.stringify(line)).join("\n")}\n\0\0\0\0`)),
    );
    return fc.oneof(
      fc.record({
        as: fc.constantFrom("command" as const, "worker" as const),
        printed: fc.oneof(
          lines,
          lines.chain((text) => editedBytes(text)),
        ),
      }),
      fc.record({ as: fc.constant("python" as const), printed: python }),
    );
  },
  async act({ as, printed }, { folder }) {
    writeFileSync(join(folder, "printed"), printed);
    const script = join(folder, "print.sh");
    writeFileSync(script, `#!/bin/sh\ncat '${join(folder, "printed")}'\n`);
    chmodSync(script, 0o755);
    if (as === "python") return python(script);
    const evaluator = (await command.create({ ...options, command: [script], persistent: as === "worker", network: false } as never, {
      ...{ space, seed: 1, processes: processesIn(folder) },
      files: { read: async () => new Uint8Array(), changed: async () => false },
    })) as Evaluator;
    try {
      const { score, seconds, curve = [], metrics = {} } = await evaluator.evaluate([0, 1], undefined, OUTSIDE_A_RUN as EvaluationContext);
      const numbers = [score, seconds, ...curve.flatMap(({ epoch, value }) => [epoch, value]), ...Object.values(metrics)];
      if (!numbers.every(Number.isFinite)) throw new WrongResult(`${numbers.join()} is no measurement`);
    } finally {
      await endIdleProcesses();
    }
  },
});

async function python(program: string): Promise<void> {
  const opened = await startProcess({ python: program });
  try {
    const { torch, device, card } = opened.described;
    if (![torch, device, card].every((part) => typeof part === "string")) throw new WrongResult("it does not say what it computes with");
    await opened.numbers({ state: {} });
  } finally {
    opened.end();
  }
}
