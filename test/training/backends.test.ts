import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { backendOf } from "../../training/backends.ts";
import { settleThreads } from "../../training/native/load.ts";

test("an option that a backend does not have is refused, unless it asks for what the backend does anyway", async () => {
  for (const option of [{ python: "python3" }, { device: "cpu" }, { threads: 2 }, { precision: "mixed" }] as const)
    await backendOf({ backend: "wasm", ...option }).then(
      () => assert.unreachable(),
      ({ code, message }) => {
        assert.is(code, "BACKEND_UNFIT");
        assert.match(message, `Cannot use the backend "wasm" here: it has no option "${Object.keys(option)[0]}".`);
      },
    );
  const { opened } = await backendOf({ backend: "wasm", threads: 1, precision: "float32" });
  assert.is(opened.name, "wasm");
});

test("the threads of native TensorFlow are those that the first asks for; another number is refused", () => {
  const before = process.env.TF_NUM_INTRAOP_THREADS;
  delete process.env.TF_NUM_INTRAOP_THREADS;
  try {
    for (const threads of [2, 2, undefined]) settleThreads("tfjs-node", threads);
    assert.is(process.env.TF_NUM_INTRAOP_THREADS, "2");
    assert.throws(() => settleThreads("tfjs-node", 1), /it has 2 threads in this process already, and "threads" asks for 1/);
    process.env.TF_NUM_INTRAOP_THREADS = "0";
    assert.throws(() => settleThreads("tfjs-node", 1), /it has as many threads as there are cores in this process already/);
  } finally {
    if (before === undefined) delete process.env.TF_NUM_INTRAOP_THREADS;
    else process.env.TF_NUM_INTRAOP_THREADS = before;
  }
});

test.run();
