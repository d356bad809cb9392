/** `evoke new …` with its options: a command for each kind of plugin, one for experiments, one for matrices. @module */
import type { Command } from "commander";
import { KINDS } from "../../../../core/plugin/plugin.ts";

/**
 * Adds them to the program.
 * @param collect  of an option that is given several times
 */
export function newCommands(program: Command, collect: (value: string, earlier: readonly string[]) => string[]): Command {
  const begin = program
    .command("new")
    .description("begin a plugin, with its test and an experiment that uses it; or an experiment; or a matrix");
  const named = (what: string, description: string) =>
    begin.command(what).description(description).argument("<name>", "lower-case words joined by hyphens");
  for (const kind of KINDS)
    named(kind, `a plugin of the kind ${kind}`)
      .option("--javascript", "in JavaScript")
      .option("--typescript", "in TypeScript; default, where this runtime reads it, and for packages")
      .option("--package", "as a package for npm, in a folder of its own")
      .action(async (name, options) => (await import("./plugin.ts")).newPluginCommand(kind, name, options));
  const composing = (what: string, description: string, controllers: string) =>
    named(what, `${description}; what no option says is asked for`)
      .option("--space <name>", "a built-in space")
      .option("--table <name>", "what measures its architectures: a benchmark table")
      .option("--evaluator <name>", "or landscape, a test function; or training, on digits")
      .option("--controller <name>", controllers, collect, [])
      .option("--queries <count>", "the budget of a run");
  composing("experiment", "the manifest of an experiment", "the search method").action(async (name, options) =>
    (await import("./experiment.ts")).newExperimentCommand(name, options),
  );
  composing("matrix", "the manifest of a matrix that compares controllers", "one of those (repeatable)").action(async (name, options) =>
    (await import("./experiment.ts")).newMatrixCommand(name, options),
  );
  return begin;
}
