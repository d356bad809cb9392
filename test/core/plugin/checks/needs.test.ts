import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../../core/errors/index.ts";
import { checkNeeds } from "../../../../core/plugin/checks/needs.ts";
import { DEPENDENCIES, type Dependency } from "../../../../core/plugin/dependencies.ts";
import { PERMITTED_NEEDS, reasonAgainst } from "../../../../core/plugin/permitted-needs.ts";
import { KINDS, type Kind, NO_OPTIONS, type Plugin, plugin } from "../../../../core/plugin/plugin.ts";
import { builtInPlugins } from "../../../../plugins/catalogue.ts";

const builtIn = await builtInPlugins();

const asking = (kind: Kind, needs: readonly Dependency[], more: object = {}) => ({
  plugin: { kind, name: "asking", summary: "", options: NO_OPTIONS, needs, create: () => ({}), ...more } as unknown as Plugin,
  pointer: `/${kind}`,
  file: "test.json",
  module: { file: "asking.js", url: "file:///asking.js" },
});
const SUBSPACES = { subspaces: true, sharedWeights: false };
const refused = (place: ReturnType<typeof asking>, sections = SUBSPACES): EvokeError => {
  try {
    checkNeeds([place], place.file, sections);
  } catch (error) {
    return error as EvokeError;
  }
  return assert.unreachable("it was permitted") as never;
};

test("whatever takes part in a search is refused tables, the trainer and results", () => {
  for (const kind of ["space", "distance", "controller", "middleware", "reward", "acceptance", "initial"] as const) {
    for (const need of ["tables", "trainer", "output"] as const) {
      const { code, message } = refused(asking(kind, ["space", need].slice(kind === "space" ? 1 : 0) as Dependency[]));
      assert.is(code, "DEPENDENCY_FORBIDDEN");
      const [first, second] = message.split("\n");
      assert.is(
        first,
        `Cannot compose ${kind} "asking" (asking.js) at /${kind} of test.json: it needs "${need}", which no ${kind} may have: ${reasonAgainst(kind, need)}.`,
      );
      assert.is(second, `  Plugins of kind ${kind} may need ${PERMITTED_NEEDS[kind].join(", ")}.`);
    }
  }
});

test("controllers and middleware read no files: test metrics could be in them", () => {
  for (const kind of ["controller", "middleware"] as const)
    assert.match(refused(asking(kind, ["files"])).message, "test metrics can be had from it, and a search is handed scores only");
});

test("every kind may have what is in its list, is refused all else, and a reason is given", () => {
  for (const kind of KINDS) {
    for (const need of DEPENDENCIES) {
      if ((PERMITTED_NEEDS[kind] as readonly Dependency[]).includes(need))
        checkNeeds([asking(kind, [need])], "test.json", { subspaces: need === "subspaces", sharedWeights: need === "sharedWeights" });
      else assert.match(refused(asking(kind, [need])).message, /: [a-z][^\n]{20,}\.\n/);
    }
  }
});

test("what only a search in subspaces has, or only one of the whole space, is told where the manifest is of the other", () => {
  const none = { subspaces: false, sharedWeights: false };
  assert.is(refused(asking("controller", ["subspaces"]), none).code, "DEPENDENCY_MISSING");
  assert.is(refused(asking("controller", [], { wholeSpace: true })).code, "SUBSPACES_UNWANTED");
  checkNeeds([asking("controller", [], { wholeSpace: true })], "test.json", none);
});

test("shared weights are searched without subspaces, unless the controller asks for both", () => {
  const both = { subspaces: true, sharedWeights: true };
  assert.is(refused(asking("controller", ["sharedWeights"]), both).code, "SUBSPACES_UNWANTED");
  checkNeeds([asking("controller", ["sharedWeights", "subspaces"])], "test.json", both);
});

test("shared weights that a plugin needs and the manifest has not, or has and none needs, are told", () => {
  const missing = refused(asking("controller", ["sharedWeights"]), { subspaces: false, sharedWeights: false });
  assert.is(missing.code, "DEPENDENCY_MISSING");
  assert.match(missing.message, 'The manifest has no /sharedWeights. Add "sharedWeights": {');
  const unneeded = refused(asking("controller", ["space"]), { subspaces: false, sharedWeights: true });
  assert.is(unneeded.code, "SHARED_WEIGHTS_UNNEEDED");
  assert.match(unneeded.message, "Cannot use /sharedWeights of test.json: no plugin of the manifest needs it.");
});

test("every built-in plugin needs only what its kind may have", () => {
  for (const { kind, name, needs } of builtIn)
    for (const need of needs) assert.ok((PERMITTED_NEEDS[kind] as readonly Dependency[]).includes(need), `${name} needs ${need}`);
});

test("plugin() takes only what its kind may need: what is forbidden does not compile", () => {
  const create = () => ({ accepts: () => true });
  const literal = { kind: "acceptance", name: "a", summary: "", options: NO_OPTIONS, create } as const;
  plugin({ ...literal, needs: ["space", "files"] });
  // @ts-expect-error an acceptance rule cannot have tables
  plugin({ ...literal, needs: ["space", "tables"] });
  // @ts-expect-error there is no such thing
  plugin({ ...literal, needs: ["spaces"] });
});

test.run();
