import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runExperiment } from "../../../app/host/index.ts";
import type { Plugin } from "../../../core/plugin/plugin.ts";
import { experimentSchema } from "../../../core/schemas/experiment.ts";
import { fitSchema } from "../../../core/schemas/fit.ts";
import { tabulateSchema } from "../../../core/schemas/tabulate.ts";
import { catalogue } from "../../../plugins/catalogue.ts";
import { extremes, numbersOf } from "../../support/extremes.ts";

const test = suite("extremes");

/** What a case may take, in time of the processor: most need some milliseconds. */
const [MOST_MICROSECONDS, MOST_BYTES] = [5e6, 2 ** 29];

/** An error for the user, and none that blames a built-in plugin. */
function isForeseen(problem: string): boolean {
  return /^(EvokeError: )?Cannot /.test(problem) && !/its \w+\(\) |its code threw|Cannot create .*\n {2}Thrown at/.test(problem);
}

/** Numbers in units of the user, which may be anything: names of options, or of what they are in. */
const IN_OWN_UNITS = [
  ...["target", "millions", "milliseconds", "most", "least", "ideal", "nadir", "normalise", "base"],
  ...["components", "when", "tables", "layers", "cost"],
];

test("every number of an option, and of a manifest, has a maximum, but for those in units of the user", async () => {
  const unbounded: string[] = [];
  const look = (title: string, schema: object) => {
    for (const { keys, schema: number } of numbersOf(schema))
      if (number.maximum === undefined && number.exclusiveMaximum === undefined && !keys.some((key) => IN_OWN_UNITS.includes(String(key))))
        unbounded.push(`${title}: ${keys.join("/")}`);
  };
  for (const { kind, name, load } of catalogue) look(`${kind} ${name}`, ((await load()) as Plugin).options);
  for (const schema of [experimentSchema, fitSchema, tabulateSchema]) look(schema.title, schema);
  assert.equal(unbounded, []);
});

test("every number of an option can be as small and as large as its schema says: a run ends, or is refused in words", async () => {
  const wrong: string[] = [];
  for (const { title, manifest } of await extremes()) {
    const began = process.cpuUsage();
    const before = process.memoryUsage().rss;
    const problem = await runExperiment(manifest, { workers: 1 }).then(({ failed }) => failed?.[0]?.reason, String);
    const [{ user, system }, bytes] = [process.cpuUsage(began), process.memoryUsage().rss - before];
    if (problem !== undefined && !isForeseen(problem)) wrong.push(`${title}: ${problem}`);
    if (user + system > MOST_MICROSECONDS) wrong.push(`${title}: ${Math.round((user + system) / 1000)} ms`);
    if (bytes > MOST_BYTES) wrong.push(`${title}: ${Math.round(bytes / 1e6)} MB`);
  }
  assert.equal(wrong, []);
});

test.run();
