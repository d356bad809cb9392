import { test } from "uvu";
import * as assert from "uvu/assert";
import { builtInPlugin, builtInPlugins, catalogue } from "../../plugins/catalogue.ts";

test("the catalogue has each plugin under its own kind and name, once", async () => {
  for (const { kind, name, load } of catalogue) {
    const plugin = await load();
    assert.equal({ kind: plugin.kind, name: plugin.name }, { kind, name });
  }
  assert.is(new Set(catalogue.map(({ kind, name }) => `${kind} ${name}`)).size, catalogue.length);
});

test("plugins are loaded by kind, by name, or all", async () => {
  assert.is((await builtInPlugins()).length, catalogue.length);
  const spaces = await builtInPlugins("space");
  assert.ok(spaces.length > 0 && spaces.every(({ kind }) => kind === "space"));
  assert.is((await builtInPlugin("controller", "random"))?.name, "random");
  assert.is(await builtInPlugin("space", "random"), undefined);
});

test.run();
