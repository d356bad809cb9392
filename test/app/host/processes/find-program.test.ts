import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { findProgram } from "../../../../app/host/processes/find-program.ts";

const folder = mkdtempSync(join(tmpdir(), "evoke-programs-"));
mkdirSync(join(folder, "bin/folder"), { recursive: true });
for (const [name, mode] of [
  ["bin/program", 0o755],
  ["bin/plain", 0o644],
] as const) {
  writeFileSync(join(folder, name), "#!/bin/sh\n");
  chmodSync(join(folder, name), mode);
}
test.after(() => rmSync(folder, { recursive: true }));

const problem = (name: string, path?: string) =>
  findProgram(name, folder, path).then(
    () => undefined,
    ({ code, final, message }) => {
      assert.is(code, "PROGRAM_UNUSABLE");
      assert.ok(final, "no other try can help");
      return message.split("\n")[0].split(": ")[1];
    },
  );

test("a program is found by its path, relative to the manifest or absolute, and on the PATH", async () => {
  assert.is(await problem("bin/program"), undefined);
  assert.is(await problem("./bin/program"), undefined);
  assert.is(await problem(join(folder, "bin/program"), ""), undefined);
  assert.is(await problem("program", `/nowhere:${join(folder, "bin")}`), undefined);
  assert.is(await problem("program", "bin"), undefined);
});

test("Deno that may start no programs is told which permissions it needs", async () => {
  const holder = globalThis as { Deno?: object };
  const before = holder.Deno;
  holder.Deno = { permissions: { query: async () => ({ state: "prompt" }) } };
  const error = await findProgram("bin/program", folder).catch((error) => error);
  if (before) holder.Deno = before;
  else delete holder.Deno;
  assert.is(error.code, "PROGRAM_UNUSABLE");
  assert.match(error.message, /this Deno may start none\.\n {2}Give Deno the permissions --allow-run and --allow-env/);
});

test("what is wrong with a program that cannot be started is said before it is", async () => {
  assert.is(await problem("./program"), "there is no such file.");
  assert.is(await problem("program", "/nowhere"), "there is no such program on the PATH.");
  assert.is(await problem("./bin/folder"), "it is a folder.");
  assert.is(await problem("./bin/program/deeper"), "there is no such file.");
  assert.is(
    await problem("plain", join(folder, "bin")),
    "it may not be executed; chmod +x makes it a program, and no other on the PATH is one.",
  );
});

test.run();
