/** What a plugin of somebody else's can do, and cannot: see docs/security.md. */
import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { claimsOf } from "./claims.ts";
import { assertQuiet, experiment, PLUGIN, stranger, Watched } from "./watched.ts";

const { claim, run } = claimsOf(import.meta.url);
const scratch = new Watched();
const own = [scratch.path("home"), scratch.path("runs")];
const coded = experiment({ plugins: ["./hostile.mjs"] });
const folderOf = (name: string) => {
  const { folder, hasRun } = stranger(scratch, name);
  return { folder, hasRun, manifest: scratch.write(`${name}/search.json`, coded) };
};

claim("A plugin can do all that you may do, once its folder is trusted", async () => {
  const { folder, manifest } = folderOf("trusted");
  scratch.write(
    "trusted/hostile.mjs",
    `import { execFileSync } from "node:child_process";
     execFileSync("sh", ["-c", 'printf %s "$HOME" > "$1"', "sh", ${JSON.stringify(scratch.path("anywhere"))}]);\n${PLUGIN}`,
  );
  assert.is((await scratch.seen("trust", folder)).status, 0);
  const { status, started, said } = await scratch.seen("run", manifest, "--out", "runs");
  assert.is(status, 0, said);
  assert.equal(started, ["sh"]);
  assert.ok(existsSync(scratch.path("anywhere")));
});

claim("A plugin cannot run before its folder is trusted, not even to be listed, examined or checked", async () => {
  const { folder, hasRun, manifest } = folderOf("strange");
  scratch.write("node_modules/evil/package.json", { name: "evil", type: "module", exports: "./index.mjs" });
  scratch.write("node_modules/evil/index.mjs", PLUGIN);
  for (const command of ["plugins", "doctor", "schema"])
    for (const named of [join(folder, "hostile.mjs"), manifest, "evil"]) {
      const seen = await scratch.seen(command, named);
      assert.is(seen.status, 2, `${command} ${named}: ${seen.said}`);
      assert.match(seen.said, /it would run the module/);
      assertQuiet(seen, ...own);
    }
  assert.is((await scratch.seen("validate", manifest)).status, 2);
  assertQuiet(await scratch.seen("completion", "bash", "--", "plugins", join(folder, "hostile.mjs"), ""), ...own);
  assert.not(hasRun() || existsSync(scratch.path("node_modules/evil/ran")));
});

claim("A plugin cannot be trusted by way of a link, or of a folder whose name begins alike: what counts is where it lies", async () => {
  const elsewhere = folderOf("elsewhere");
  const alike = folderOf("mine-not");
  const { folder } = folderOf("mine");
  assert.is((await scratch.seen("trust", folder)).status, 0);
  symlinkSync(elsewhere.folder, join(folder, "link"));
  symlinkSync(folder, join(elsewhere.folder, "mine"));
  for (const manifest of [join(folder, "link/search.json"), elsewhere.manifest, alike.manifest, join(folder, "../mine-not/search.json")]) {
    const { status, said } = await scratch.seen("run", manifest, "--out", "runs");
    assert.is(status, 2, `${manifest}: ${said}`);
    assert.match(said, /it would run the module/);
  }
  assert.not(elsewhere.hasRun() || alike.hasRun());
  assert.is((await scratch.seen("validate", join(elsewhere.folder, "mine/search.json"))).status, 0, "it lies in the trusted one");
});

run();
