#!/usr/bin/env node
/**
 * The command `evoke`: options, exit status, and errors as people read them. Each command is loaded
 * when it is called, so that `evoke --version` loads nothing.
 *
 * Exit status: 0 done; 1 a run failed; 2 the manifest, an option or a file is wrong; 3 and 4 of `ask`, where there is
 * nothing to be asked for now, or ever again; 130 interrupted after saving.
 *
 * @module
 */
import process from "node:process";
import { Argument, Command, CommanderError, InvalidArgumentError } from "commander";
import { type ErrorCode, EvokeError, suggestion } from "../../core/errors/evoke-error.ts";
import { errorThrown, stackOf } from "../../core/errors/parts/error-thrown.ts";
import { VERSION } from "../../core/version.ts";
import { withOriginalPlaces } from "../host/original-places.ts";
import { settled } from "../host/run/settle.ts";
import { newCommands } from "./commands/new/commands.ts";
import { endSoon, onStrayErrors } from "./ending.ts";
import { optimiseLater } from "./optimise-later.ts";
import { print, reserveStreams, tell } from "./streams.ts";

/** Of every command whose work can be done elsewhere. */
const HAND_OUT = ["--queue <url>", "hand out the work to workers on other machines: redis://HOST[:PORT]; see evoke worker"] as const;
/** Commands that may run what a manifest names. */
const OF_MANIFESTS = ["run", "matrix", "ask", "tell", "validate", "tabulate", "fit", "export", "draw", "doctor", "plugins", "schema"];
/** What only shows while runs are done; every other error is found before. */
const OF_RUNS: readonly ErrorCode[] = ["ANSWER_MISSING", "EVALUATIONS_FAILED", "NEVER_SETTLES", "SEARCH_STOPPED"];

optimiseLater();

const program = new Command("evoke")
  .description("Neural architecture search experiments as JSON manifests")
  .version(VERSION)
  .configureOutput({ writeOut: print, writeErr: tell })
  .option("--debug", "show the stack trace of an error, and of each run that fails")
  .showSuggestionAfterError()
  .showHelpAfterError("  See what there is with --help.")
  .exitOverride();

ofRuns(
  program
    .command("run")
    .description("run an experiment over its seeds; a call that was killed goes on where it stopped")
    .argument("<manifest>", "the experiment, a JSON file")
    .option("--json", "print one JSON document instead of a table")
    .option("--seeds <count>", "how many seeds, instead of the manifest's")
    .option("--set <pointer=json>", "change the manifest, for example --set /budget/queries=20 (repeatable)", collect, [])
    .option("--out <dir>", "the runs of all experiments are kept there, in one file", "results"),
).action(async (manifest, options) => (await import("./commands/run.ts")).runCommand(manifest, { ...options, debug: debug() }));

ofRuns(
  program
    .command("matrix")
    .description("run all cells of an ablation matrix over its seeds; a call that was killed goes on where it stopped")
    .argument("<manifest>", "the matrix, a JSON file")
    .option("--dry-run", "list the cells, what differs from the base in each, and what is still to be done")
    .option("--json", "print one JSON document instead of a table")
    .option("--seeds <count>", "how many seeds, instead of the manifest's")
    .option(
      "--set <pointer=json>",
      "change the manifest of the matrix, for example --set '/design=\"factorial\"' (repeatable)",
      collect,
      [],
    )
    .option("--out <dir>", "the runs of all matrices are kept there, in one file", "results"),
).action(async (manifest, options) => (await import("./commands/matrix.ts")).matrixCommand(manifest, { ...options, debug: debug() }));

program
  .command("ask")
  .description("print the next evaluation of a search, a line of JSON, for a script that does it")
  .argument("<manifest>", "the experiment, a JSON file")
  .option("--out <dir>", "the run is kept there", "results")
  .option("--seed <seed>", "of the run, one of the manifest's; default: the first of them")
  .option("--set <pointer=json>", "change the manifest, for example --set /budget/queries=20 (repeatable)", collect, [])
  .option("--again", "give out again the one that has been under way longest: whoever had it is gone")
  .option("--wait [seconds]", "where all that may be under way is asked, wait so long until something is told; default: any time")
  .action(async (manifest, options) => (await import("./commands/ask/ask.ts")).askCommand(manifest, options));

program
  .command("tell")
  .description("tell what came of an evaluation that evoke ask has given; with the last of them the run is finished")
  .argument("<manifest>", "the experiment, a JSON file")
  .argument("<query>", "the evaluation: the number of its query, or the line that evoke ask has printed")
  .option("--score <score>", "the metric that the search goes by")
  .option("--metrics <json>", "further numbers by name, for example '{\"latency\": 3}'")
  .option("--seconds <seconds>", "what it cost; default: the seconds since it was asked")
  .option("--failed <reason>", "it has failed, and why")
  .option("--out <dir>", "the run is kept there", "results")
  .option("--seed <seed>", "of the run, one of the manifest's; default: the first of them")
  .option("--set <pointer=json>", "change the manifest, as in evoke ask (repeatable)", collect, [])
  .action(async (manifest, query, options) => (await import("./commands/ask/tell.ts")).tellCommand(manifest, query, options));

program
  .command("merge")
  .description("join what shards, or other calls, have kept in folders of their own; status 1 if runs are missing")
  .argument("<from...>", "folders that were --out of evoke run or evoke matrix, with the shards in them")
  .option("--out <dir>", "everything is kept there; default: the folder, if only one is named")
  .option("--json", "print one JSON document instead of text")
  .option("--quiet", "no progress")
  .action(async (from, options) => (await import("./commands/shards/merge.ts")).mergeCommand(from, options));

program
  .command("report")
  .description("write the tables, statistics and figures of finished runs")
  .argument("<results>", "results/NAME, the matrix.json in it, or the manifest that was run")
  .option("--out <dir>", "write there, instead of into a folder report inside")
  .option("--json", "print statistics.json instead of a table")
  .option("--quiet", "no progress")
  .action(async (dir, options) => (await import("./commands/report.ts")).reportCommand(dir, options));

program
  .command("studio")
  .description("show on a live page what was run in a folder, and what is running")
  .argument("[out]", "--out of evoke run or evoke matrix, or a folder with several such folders", "results")
  .option("--port <port>", "listen there; 0: any that is free", "8642")
  .option("--host <address>", "listen at this address of the machine; other machines then reach it, by a token in the URL", "127.0.0.1")
  .option("--json", "print the URL in one JSON document")
  .action(async (out, options) => (await import("./commands/studio.ts")).studioCommand(out, options));

program
  .command("validate")
  .description("check manifests without running them")
  .argument("<manifests...>", "experiments, matrices, tables or predictors to be made, descriptions of tables: JSON files")
  .option("--json", "print one JSON document")
  .action(async (manifests, options) => (await import("./commands/validate.ts")).validateCommand(manifests, options));

program
  .command("tabulate")
  .description("train the architectures of a space and write a benchmark table")
  .argument("<manifest>", "the table to be made, a JSON file")
  .option("--json", "print one JSON document instead of text")
  .option("--set <pointer=json>", "change the manifest, for example --set /fidelities/0/epochs=2 (repeatable)", collect, [])
  .option("--out <dir>", "the table and its journal are kept there; a call that was interrupted goes on where it stopped", "results")
  .option("--workers <count>", "worker threads; the numbers are the same for any number, the seconds are not")
  .option("--sample <count>", "only so many functions, the same ones each time")
  .option("--only <file>", "only the functions of these architectures, one a line")
  .option("--compare <table>", "compare the numbers with those of a table; status 1 if they differ")
  .option(...HAND_OUT)
  .option("--quiet", "no progress")
  .action(async (manifest, options) => (await import("./commands/tabulate.ts")).tabulateCommand(manifest, options));

program
  .command("fit")
  .description("learn a predictor from architectures and their metric, for the evaluator predictor")
  .argument("<manifest>", "the predictor to be made, a JSON file")
  .option("--json", "print one JSON document instead of a table")
  .option("--set <pointer=json>", "change the manifest, for example --set /training/epochs=50 (repeatable)", collect, [])
  .option("--out <dir>", "the predictor is kept there, as NAME.npz", "results")
  .option("--parallel <count>", "evaluations at a time, where programs or trainings do them; the result is the same")
  .option(...HAND_OUT)
  .option("--quiet", "no progress")
  .action(async (manifest, options) => (await import("./commands/fit.ts")).fitCommand(manifest, options));

program
  .command("export")
  .description("write an architecture as a module of PyTorch, or with trained weights, for PyTorch or for TensorFlow.js")
  .argument("<architecture>", "its text, as results have it")
  .option("--torch", "the source of a module of PyTorch; with --from, NAME.py and its weights, NAME.pth")
  .option("--space <name>", "a built-in space, or a manifest that has the space; only needed where the text does not tell")
  .option("--set <pointer=json>", "change an option of the space, for example --set /options/classes=100 (repeatable)", collect, [])
  .option("--from <manifest>", "with weights: an experiment with the evaluator supernet, whose weights it gets, or training")
  .option("--fine-tune <epochs>", "train it for so many epochs more before")
  .option("--out <path>", "the file of the module, stdout if left out; or the folder of the model of TensorFlow.js")
  .option("--quiet", "no progress")
  .action(async (architecture, options) => (await import("./commands/architectures/export.ts")).exportCommand(architecture, options));

const table = program.command("table").description("benchmark tables: what is there, import one, describe a file for that, check one");
table
  .command("list")
  .description("list the tables that were imported and those that come with Evoke")
  .option("--json", "print one JSON document")
  .action(async (options) => (await import("./commands/table.ts")).tableListCommand(options));
table
  .command("add")
  .description("check a table and keep it under its name")
  .argument("<file>", "a table of Evoke; or CSV, TSV, JSON, JSON lines, Parquet or Arrow, with --as; gzipped or not")
  .option("--as <description>", "which column is what, a JSON file; NAS-Bench-201's CSV needs none")
  .option("--name <name>", "keep it under this name")
  .option("--json", "print one JSON document")
  .action(async (file, options) => (await import("./commands/table.ts")).tableAddCommand(file, options));
table
  .command("describe")
  .description("look at a file of numbers and write a first description of it, to be edited, for table add --as")
  .argument("<file>", "CSV, TSV, JSON, JSON lines, Parquet or Arrow; gzipped or not")
  .option(
    "--space <name>",
    "a built-in space, or a manifest that has the space; left out, what reads a column, or one made from the columns",
  )
  .option("--out <file>", "write it there; - is stdout", "-")
  .action(async (file, options) => (await import("./commands/table.ts")).tableDescribeCommand(file, options));
table
  .command("check")
  .description("check a table and sum it up")
  .argument("<table>", "the name of a table, or a file")
  .option("--json", "print one JSON document")
  .action(async (name, options) => (await import("./commands/table.ts")).tableCheckCommand(name, options));

const backend = program
  .command("backend")
  .description("what trains networks on this machine: what is there, build native TensorFlow, remove it");
backend
  .command("list")
  .description("list the backends, and how those can be had that are not there")
  .option("--json", "print one JSON document")
  .action(async (options) => (await import("./commands/backend.ts")).backendListCommand(options));
backend
  .command("build")
  .description("fetch TensorFlow with pip, compile its binding, and keep both in Evoke's own folder")
  .addArgument(oneOf("<backend>", "what to build", ["native"]))
  .option("--gpu", "for NVIDIA's GPUs, with their libraries: some gigabytes")
  .option("--tensorflow <version>", "another version than the one that was tried")
  .option("--python <program>", "the Python whose pip fetches it, instead of $EVOKE_PYTHON or python3")
  .action(async (name, options) => (await import("./commands/backend.ts")).backendBuildCommand(name, options));
backend
  .command("remove")
  .description("remove what was built")
  .addArgument(oneOf("<backend>", "what to remove", ["native"]))
  .action(async () => (await import("./commands/backend.ts")).backendRemoveCommand());

program
  .command("draw")
  .description("draw an architecture as an SVG")
  .argument("<architecture>", "its text, as results have it")
  .option("--space <name>", "a built-in space, or a manifest that has the space; only needed where the text does not tell")
  .option("--set <pointer=json>", "change an option of the space, for example --set /options/classes=100 (repeatable)", collect, [])
  .option("--out <file>", "write it there; - is stdout", "-")
  .action(async (architecture, options) => (await import("./commands/architectures/draw.ts")).drawCommand(architecture, options));

const begin = newCommands(program, collect);

program
  .command("plugins")
  .description("list plugins with their kinds, summaries and options: the built-in ones, or those of a module of your own")
  .argument("[of]", "a kind or a name; or a file with a module, a package, a manifest that names modules")
  .option("--json", "print one JSON document")
  .action(async (of, options) => (await import("./commands/plugins.ts")).pluginsCommand(of, options));

program
  .command("schema")
  .description("write one JSON Schema of all documents and of the options of all plugins, by which editors complete")
  .argument("[from...]", "files with modules, packages, and manifests that name modules, whose plugins it is to have as well")
  .option("--out <file>", "write it there; - is stdout", "-")
  .action(async (from, options) => (await import("./commands/schema.ts")).schemaCommand(from, options));

program
  .command("worker")
  .description("do the work that calls with --queue hand out, until SIGTERM or Ctrl-C")
  .requiredOption("--queue <url>", "redis://[USER:PASSWORD@]HOST[:PORT][/DB], or rediss:// for TLS")
  .option("--workers <count>", "runs at a time; default: as many as there are processors; 0: none")
  .option("--parallel <count>", "evaluations at a time, where programs or trainings do them; default: as many as --slots, else 1; 0: none")
  .option(
    "--slots <json>",
    'slots of this machine in place of those of manifests, a number or variables: \'[{"CUDA_VISIBLE_DEVICES":"0"}]\'',
  )
  .option("--workdir <dir>", "start programs in this folder, and take their files from it; evaluations have theirs in it")
  .option("--trust", "run plugins and programs that are sent: whoever can write to the queue can then run anything here")
  .option("--quiet", "say only what goes wrong")
  .action(async (options) => (await import("./commands/queues/worker.ts")).workerCommand(options));

program
  .command("queue")
  .description("show the workers of a queue, the calls that hand out work there, and the jobs between them")
  .argument("<url>", "redis://HOST[:PORT][/DB], or rediss:// for TLS")
  .option("--watch", "again every 2 seconds")
  .option("--json", "print one JSON document; with --watch, a line each time")
  .action(async (url, options) => (await import("./commands/queues/queue.ts")).queueCommand(url, options));

program
  .command("doctor")
  .description("say what this installation can do; or, of a plugin, whether it keeps what its kind promises")
  .argument("[plugin]", "a file, a package, or a manifest that names some: all of it is examined")
  .option("--queue <url>", "say instead whether this queue can be used, and how fast the way there is")
  .option("--store <dir>", "say instead what is intact of the runs that are kept there; status 1 if some are lost")
  .option("--json", "print one JSON document")
  .action(async (plugin, { queue, store, ...options }) => {
    const others = [...(queue === undefined ? [] : ["--queue"]), ...(store === undefined ? [] : ["--store"])];
    const [unfit] = plugin === undefined ? others.slice(1) : others;
    if (unfit !== undefined) {
      const { optionUnfit } = await import("../../core/errors/manifest.ts");
      throw optionUnfit(unfit, "a call looks at one thing: this installation, a plugin, a queue or a store");
    }
    if (plugin !== undefined) return (await import("./commands/examine/examine.ts")).examineCommand(plugin, options);
    if (queue !== undefined) return (await import("./commands/queues/doctor-queue.ts")).doctorQueueCommand(queue, options);
    if (store !== undefined) return (await import("./commands/doctor-store.ts")).doctorStoreCommand(store, options);
    return (await import("./commands/doctor.ts")).doctorCommand(options);
  });

program
  .command("replay")
  .description("fold the record of a run, made by the observer recorder, into its result")
  .argument("<records...>", "files events/SEED.jsonl.gz, or their plain text")
  .action(async (records) => (await import("./commands/replay.ts")).replayCommand(records));

program
  .command("completion")
  .description("print what makes a shell complete the commands, options and files of Evoke")
  .addArgument(oneOf("<shell>", "which one", ["bash", "zsh", "fish"]))
  .argument("[words...]", "what the shell asks: after --, the words that are typed; then what may come next is printed")
  .action(async (shell, words) => (await import("./commands/completion/completion.ts")).completionCommand(program, shell, words));

program
  .command("trust")
  .description("let the manifests of a folder run the plugins and programs that they name")
  .argument("[folders...]", "with all folders in them; default: this one")
  .option("--list", "print the folders that are trusted")
  .option("--remove", "trust them no longer")
  .action(async (folders, options) => (await import("./commands/trust/trust.ts")).trustCommand(folders, options));

for (const name of OF_MANIFESTS)
  program.commands
    .find((command) => command.name() === name)!
    .option("--trust", "run the plugins and programs that the manifest names, though nobody has said by evoke trust that they may")
    .hook("preAction", async (command) => {
      if (command.opts().trust === true) (await import("../host/trust.ts")).trustEveryFolder();
    });

// Every way to a queue, before anything is loaded or done for it.
program.hook("preAction", async (_, command) => {
  if (command.name() === "queue" || command.opts().queue !== undefined)
    await (await import("../host/queue/look/packages.ts")).requirePackages();
});

for (const command of [...program.commands, ...table.commands, ...backend.commands, ...begin.commands]) command.exitOverride();

reserveStreams((error) => {
  process.exitCode = report(error);
});
onStrayErrors(report);
try {
  await settled(program.parseAsync()).catch(async (error: unknown) => {
    if (!(error instanceof EvokeError && error.code === "UNTRUSTED")) throw error;
    if (!(await (await import("./commands/trust/question.ts")).trustedNow(error))) throw error;
    await settled(program.parseAsync());
  });
} catch (error) {
  process.exitCode = report(error);
}
endSoon();

/** The options that `run` and `matrix` have in common: where the runs are done, and how many at a time. */
function ofRuns(command: Command): Command {
  return command
    .option("--workers <count>", "worker threads; the results are the same for any number")
    .option("--parallel <count>", "evaluations at a time over all runs, where programs or trainings do them; the results are the same")
    .option("--shard <i/n>", "do the part i of n of the runs, into DIR/shard-i-of-n, for array jobs; evoke merge joins them")
    .option(...HAND_OUT)
    .option("--slurm", "print a script that has SLURM do the shards, merge them and write the report")
    .option("--shards <n>", "how many, with --slurm")
    .option(
      "--sbatch <options>",
      "what sbatch is told of each shard, for example --sbatch='--partition=gpu --time=04:00:00' (repeatable)",
      collect,
      [],
    )
    .option("--quiet", "no progress");
}

/** Tells what went wrong. @returns the exit status */
function report(error: unknown): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof EvokeError)) {
    tell(`evoke: a defect of Evoke itself, or of a plugin: ${errorThrown(error).message}\n`);
    tell(debug() ? `${withOriginalPlaces(stackOf(error))}\n` : "  Show more with --debug.\n");
    return 1;
  }
  tell(`${error.message}\n`);
  if (debug()) tell(`${withOriginalPlaces(stackOf(error))}\n`);
  return OF_RUNS.includes(error.code) ? 1 : 2;
}

function debug(): boolean {
  return program.opts().debug === true;
}

/** An argument that has few values. */
function oneOf(name: string, description: string, values: readonly string[]): Argument {
  return new Argument(name, description).choices(values).argParser((value) => {
    if (!values.includes(value)) throw new InvalidArgumentError(suggestion(value, values, "values"));
    return value;
  });
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}
