import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type DrawOptions, drawCommand } from "../../../../../app/cli/commands/architectures/draw.ts";
import { EvokeError } from "../../../../../core/errors/index.ts";
import { Scratch, toy, toyEvaluator } from "../../command.ts";

const scratch = new Scratch();
const cell = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|";
const network = "2,2:3,3,0,0,5,5,0,0:3,3,0,0,6,6,0,0";

async function drawn(architecture: string, options: Partial<DrawOptions>): Promise<string> {
  const out = join(scratch.folder, "a/b.svg");
  await drawCommand(architecture, { set: [], out, ...options });
  return readFileSync(out, "utf8");
}

async function refused(message: RegExp, architecture: string, options: Partial<DrawOptions> = {}): Promise<void> {
  const error = await drawn(architecture, options).catch((error) => error);
  assert.instance(error, EvokeError);
  assert.match(error.message, message);
}

test("draw finds the space in the text, and prints an SVG", async () => {
  const { status, stdout, stderr } = await scratch.evoke("draw", cell);
  assert.is(status, 0, stderr);
  assert.match(stdout, /^<svg [\s\S]*nor_conv_3x3[\s\S]*<\/svg>\n$/);
});

test("draw writes into a file, in folders that it makes, with the options of the space", async () => {
  const units = '/options/units=[{"channels":8},{"channels":16,"stride":2}]';
  assert.match(await drawn(network, { space: "mobilenet", set: [units] }), "unit 2");
});

test("draw takes a space that is not built in from a manifest; one that does not say what it looks like is refused", async () => {
  const space = (drawing: string) => `const names = ["one", "two"];
  const contains = (pair) => pair.length === 2 && pair.every((name) => name === 0 || name === 1);
  export default {
    kind: "space", name: "pairs", summary: "For tests", options: { type: "object", properties: { by: { default: "by" } } }, needs: [],
    create: ({ by }) => ({
      length: 2, choices: [names, names], size: 4n, contains,
      sample: (rng) => [rng.below(2), rng.below(2)],
      modify: (pair, all) => all.reduce((changed, { component, operation }) => changed.with(component, operation), pair),
      neighbours: ([a, b]) => [[1 - a, b], [a, 1 - b]],
      encode: (pair) => pair.map((name) => names[name]).join("-"),
      decode: (text) => text.split("-").map((name) => names.indexOf(name)),
      functionKey: String,
      ${drawing}
    }),
  };`;
  scratch.write("toy.js", toyEvaluator);
  scratch.write("plain.js", space(""));
  scratch.write(
    "drawn.js",
    space('drawing: ([a, b]) => ({ kind: "graph", title: names[a] + by + names[b], nodes: [{ label: "a" }, { label: "b" }], edges: [] })'),
  );
  const [plain, able] = ["plain", "drawn"].map((name) =>
    scratch.write(`${name}.json`, { ...toy, plugins: ["./toy.js", `./${name}.js`], space: "pairs" }),
  );
  assert.match(await drawn("one-two", { space: able!, set: ['/options/by=" by "'] }), "<title>one by two</title>");
  await refused(/^Cannot draw architectures of the space "pairs": it does not say what they look like\.\n.*"drawing"/, "one-two", {
    space: plain!,
  });
});

test("draw takes a space that is written in a manifest, with a network or without", async () => {
  const components = [{ name: "kernel", choices: [3, 5] }];
  const network = [{ convolution: { kernel: "$kernel", channels: 8 } }, "global-average-pool", "classifier"];
  const manifest = (options: object) => scratch.write("own.json", { ...toy, plugins: ["./toy.js"], space: { use: "choices", options } });
  assert.match(await drawn("kernel=5", { space: manifest({ components }) }), ">kernel: 5<");
  assert.match(await drawn("kernel=5", { space: manifest({ components, network }) }), ">5×5, 8<");
  await refused(/^Cannot read "kernel=7" as an architecture of the space choices\.\n.*one of 3, 5/, "kernel=7", {
    space: manifest({ components }),
  });
  await refused(/^Cannot use --space "choices": expected a manifest that has this space/, "kernel=5", { space: "choices" });
  await refused(/^Cannot tell which space "kernel=5" is of/, "kernel=5");
});

test("what cannot be drawn is refused, and the error says why", async () => {
  await refused(/^Cannot tell which space "nonsense" is of: no built-in space reads it\.\n.*--space, one of .*nas-bench-201/, "nonsense");
  await refused(/^Cannot read "nonsense" as an architecture of nas-bench-201/, "nonsense", { space: "nas-bench-201" });
  await refused(/^Cannot load space "nas-bench-202" at --space.*\n.*Did you mean "nas-bench-201"/, cell, { space: "nas-bench-202" });
  await refused(/^Cannot use --set "\/classes": expected a pointer into the space's options/, cell, { set: ["/classes=5"] });
  await refused(/that --set makes of the space nas-bench-201.*\n.*Did you mean "classes"/, cell, { set: ["/options/clases=5"] });
  await refused(/^Cannot write .*a-file/, cell, { out: join(scratch.write("a-file", ""), "b.svg") });
});

test.run();
