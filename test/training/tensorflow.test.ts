import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { describeBackends, openBackend } from "../../training/tensorflow.ts";

test("wasm and cpu are there on any machine; of each that is not, it says why", async () => {
  const reports = await describeBackends();
  assert.equal(
    reports.map(({ backend }) => backend),
    ["tfjs-node-gpu", "tfjs-node", "webgpu", "wasm", "cpu"],
  );
  assert.equal(
    reports.slice(3).map(({ available }) => available),
    [true, true],
  );
  for (const { backend, detail } of reports) assert.ok(detail.length > 0, backend);
});

test("the fastest backend is the first that there is and is no card in software, and says why no faster one", async () => {
  const first = (await describeBackends()).findIndex(({ available, software = false }) => available && !software);
  const { name, passedOver } = await openBackend();
  assert.is(name, ["tfjs-node-gpu", "tfjs-node", "webgpu", "wasm"][first]);
  assert.is(passedOver.length, first);
});

test("a backend that is asked for is taken, or refused with the reason", async () => {
  assert.match((await openBackend("cpu")).version, /^cpu \d/);
  for (const { backend, available, detail } of await describeBackends())
    if (!available)
      await openBackend(backend).then(
        () => assert.unreachable(),
        (error) => {
          assert.is(error.code, "BACKEND_UNAVAILABLE");
          assert.match(error.message, detail);
        },
      );
});

test("a result by webgpu says by which card", async () => {
  const report = (await describeBackends()).find(({ backend }) => backend === "webgpu")!;
  if (report.available) assert.match((await openBackend("webgpu")).version, /^webgpu \d+\.\d+\.\d+ on \S/);
  else assert.match(report.detail, /not installed: npm install|no graphics card|no WebGPU/);
});

test("no handler of uncaught errors is left behind", async () => {
  await openBackend("wasm");
  for (const event of ["uncaughtException", "unhandledRejection"] as const)
    for (const listener of process.listeners(event as "exit")) assert.not.match(String(listener), "throw");
});

test.run();
