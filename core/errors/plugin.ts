/** Plugins that are missing, broken or do not fit. @module */

import { EvokeError, suggestion } from "./evoke-error.ts";
import type { ErrorValue } from "./parts/error-value.ts";

/** A slot names a plugin that does not exist. */
export function pluginUnknown(kind: string, name: string, at: string, known: readonly string[]): EvokeError {
  const hint = suggestion(name, known, `plugins of kind ${kind}`);
  return new EvokeError(
    "PLUGIN_UNKNOWN",
    `Cannot load ${kind} "${name}" at ${at}: no plugin has that name.\n  ${hint}  See all with: evoke plugins`,
  );
}

/**
 * A manifest names code, and nobody has said that its folder is trusted.
 * @param what  would be run
 * @param folder  the manifest's
 */
export function untrusted(title: string, what: string, folder: string): EvokeError {
  const quoted = /^[\w./-]+$/.test(folder) ? folder : JSON.stringify(folder);
  return new EvokeError(
    "UNTRUSTED",
    `Cannot use ${title}: it would run ${what}, and you have not said that you trust its folder.\n  Look at what that is. Then trust the folder by: evoke trust ${quoted}; or add --trust, for this call alone.`,
  );
}

/** The suites that plugins are examined by need a package that is not installed. */
export function contractsMissing(): EvokeError {
  return new EvokeError(
    "SUITES_MISSING",
    "Cannot examine a plugin: the package fast-check is not installed.\n  Install it beside evoke-nas: npm install --save-dev fast-check",
  );
}

/** A manifest names no plugin that is not built in. */
export function nothingToExamine(file: string): EvokeError {
  return new EvokeError(
    "NOTHING_TO_EXAMINE",
    `Cannot examine ${file}: it names no plugin of a file or a package in any of its slots.\n  Name the plugin's file instead: evoke doctor FILE.`,
  );
}

/** A folder that is to be trusted is one that everything lies in, or cannot be kept in a line. */
export function trustTooWide(folder: string): EvokeError {
  return new EvokeError(
    "TRUST_TOO_WIDE",
    `Cannot trust ${JSON.stringify(folder)}: ${folder.includes("\n") ? "its name has more than one line" : "everything lies in it"}.\n  Name the folder that your manifests lie in.`,
  );
}

/** Two plugins have one kind and one name. */
export function pluginDuplicate(kind: string, name: string, at: string): EvokeError {
  return new EvokeError(
    "PLUGIN_DUPLICATE",
    `Cannot add ${kind} "${name}" from ${at}: there is a ${kind} of that name already.\n  Give it another name.`,
  );
}

/**
 * A module that a manifest names under /plugins does not hold what a plugin is.
 * @param what  the module, or the plugin in it
 */
export function pluginMalformed(what: string, at: string, problem: string): EvokeError {
  return new EvokeError(
    "PLUGIN_MALFORMED",
    `Cannot use ${what} at ${at}: ${problem}${/[.?]$/.test(problem) ? "" : "."}\n  docs/plugin-guide.md says what a plugin is.`,
  );
}

/**
 * A plugin's own code failed when it was to create its instance.
 * @param who  the plugin, its module and its place
 * @param at  where in its code, if that can be told
 */
export function pluginFailed(who: string, cause: Error, at = "a place that it does not say"): EvokeError {
  return new EvokeError(
    "PLUGIN_FAILED",
    `Cannot create ${who}: ${cause.message}\n  Thrown at ${at}. Fix the plugin, or choose another; --debug shows the whole stack.`,
    { cause },
  );
}

/**
 * A plugin's own code failed later.
 * @param method  undefined if it is not known which one was called
 */
export function pluginThrew(who: string, method: string | undefined, cause: Error, at = "a place that it does not say"): EvokeError {
  const what = method === undefined ? "code" : `${method}()`;
  return new EvokeError(
    "PLUGIN_FAILED",
    `Cannot go on with ${who}: its ${what} threw: ${cause.message}\n  Thrown at ${at}. Fix the plugin, or choose another; --debug shows the whole stack.`,
    { cause },
  );
}

/** What a plugin has created is not what its kind promises. @param who  the plugin, its kind first */
export function pluginInstanceInvalid(who: string, problem: string): EvokeError {
  const [kind] = who.split(" ");
  return new EvokeError(
    "PLUGIN_INSTANCE_INVALID",
    `Cannot use what ${who} creates: ${problem}.\n  Fix its create: docs/plugin-guide/${kind}.md says what it has to give.`,
  );
}

/** What a method of a plugin has given is not what its kind promises. @param who  the plugin, its kind first */
export function pluginAnswerInvalid(who: string, method: string, problem: string): EvokeError {
  const [kind] = who.split(" ");
  return new EvokeError(
    "PLUGIN_ANSWER_INVALID",
    `Cannot go on with ${who}: its ${method}() ${problem}.\n  Fix the plugin: docs/plugin-guide/${kind}.md says what each method gives.`,
  );
}

/** A plugin needs something that this experiment does not have. */
export function dependencyMissing(who: string, need: string): EvokeError {
  const remedies: Readonly<Record<string, string>> = {
    subspaces:
      'The manifest has no /subspaces. Add "subspaces": { "count": 4, "radius": 4 }, or choose a plugin for a search of the whole space.',
    sharedWeights:
      'The manifest has no /sharedWeights. Add "sharedWeights": { "dataset": { "name": "digits" } } with the images to train on: see docs/guide/shared-weights/weight-sharing.md.',
    output: "Say where the results go, with --out DIR.",
  };
  const remedy = remedies[need] ?? "There is none here. Choose a plugin that does without.";
  return new EvokeError("DEPENDENCY_MISSING", `Cannot compose ${who}: it needs "${need}".\n  ${remedy}`);
}

/** A plugin asks for something that its kind must not have. */
export function dependencyForbidden(who: string, kind: string, need: string, reason: string, permitted: readonly string[]): EvokeError {
  return new EvokeError(
    "DEPENDENCY_FORBIDDEN",
    `Cannot compose ${who}: it needs "${need}", which no ${kind} may have: ${reason}.\n  Plugins of kind ${kind} may need ${permitted.join(", ")}.`,
  );
}

/** A plugin searches at several fidelities, and the evaluator has one. */
export function fidelitiesMissing(who: string): EvokeError {
  return new EvokeError(
    "FIDELITIES_MISSING",
    `Cannot compose ${who}: it needs an evaluator that also measures after fewer epochs, and this one does not.\n  Search at more epochs than the fewest of the table, with "epochs" of the evaluator benchmark, or give the evaluator training or command "fidelities".`,
  );
}

/** A rule under /constraints compares with a centre, and does not say which architectures are feasible. */
export function constraintInvalid(who: string): EvokeError {
  return new EvokeError(
    "CONSTRAINT_INVALID",
    `Cannot use ${who} as a limit: it compares a candidate with its centre, and does not say which architectures are feasible.\n  Move it to /subspaces/accept, or choose a rule that is a limit.`,
  );
}

/** A plugin is for a search of the whole space, and the manifest has subspaces. */
export function subspacesUnwanted(who: string): EvokeError {
  return new EvokeError(
    "SUBSPACES_UNWANTED",
    `Cannot compose ${who}: it is for a search of the whole space, and the manifest has /subspaces.\n  Leave one of them out. The first centres are chosen at /subspaces/initial, for example by "given".`,
  );
}

/** A manifest says what shared weights are trained on, and has no plugin that trains them. */
export function sharedWeightsUnneeded(file: string): EvokeError {
  return new EvokeError(
    "SHARED_WEIGHTS_UNNEEDED",
    `Cannot use /sharedWeights of ${file}: no plugin of the manifest needs it.\n  Leave it out, or choose a controller that searches by weight sharing: evoke plugins lists them.`,
  );
}

/** `evoke plugins` was asked for a kind or name that no plugin has, and that is no package. */
export function pluginNameUnknown(wanted: string, known: readonly string[]): EvokeError {
  return new EvokeError(
    "PLUGIN_NAME_UNKNOWN",
    `Cannot list plugins of the name or kind "${wanted}": there are none, and no package has this name.\n  ${suggestion(wanted, known, "names and kinds")}`,
  );
}

/** `evoke plugins` was asked for the plugins of a manifest that names no modules. */
export function pluginsNotNamed(manifest: string): EvokeError {
  return new EvokeError(
    "PLUGINS_NOT_NAMED",
    `Cannot list the plugins of ${manifest}: it names no modules under /plugins.\n  See those that are built in with: evoke plugins`,
  );
}

/**
 * A module with plugins, which a manifest names under /plugins or a command was given, cannot be imported.
 * @param called  the module, and where it is named
 * @param file  its path, if it is there
 */
export function moduleUnloadable(called: string, file: string | undefined, cause: Error & { code?: string | undefined }): EvokeError {
  const typescript = cause.code === "ERR_UNKNOWN_FILE_EXTENSION" && /"\.[cm]?tsx?"/.test(cause.message);
  const commonJs = cause.name === "SyntaxError" && /^Unexpected token 'export'|outside a module$/.test(cause.message);
  const remedy = typescript
    ? "This version of Node does not read TypeScript: use Node 22.18 or newer, Deno, or JavaScript."
    : commonJs
      ? `It is an ES module, and Node takes it for CommonJS: write "type": "module" into the nearest package.json, or let its name end in ${file?.endsWith("ts") ? ".mts" : ".mjs"}.`
      : file === undefined
        ? "Name a file, as ./my-plugin.js, or an installed package."
        : `The file is there, but its code does not load. See where it fails with: node ${file}`;
  const reason = file === undefined && cause.code === "ENOENT" ? "there is no such file" : cause.message.split("\n")[0]!;
  return new EvokeError("MODULE_UNLOADABLE", `Cannot import ${called}: ${reason}\n  ${remedy}`, { cause });
}

/** A module waits, outside of its functions, for what can never come. */
export function moduleUnsettled(called: string): EvokeError {
  return new EvokeError(
    "MODULE_UNLOADABLE",
    `Cannot import ${called}: it awaits, outside of its functions, what never comes.\n  Look for a promise whose resolve is never called. What takes long belongs into create(), which may be asynchronous.`,
  );
}

/** The code of a module, outside of its functions, does not come to an end. */
export function moduleSlow(called: string, seconds: number): EvokeError {
  return new EvokeError(
    "MODULE_UNLOADABLE",
    `Cannot import ${called}: after ${seconds} seconds it is not done.\n  Look for a loop without an end, outside of its functions or in a module that it imports. What takes long belongs into create(), which may be asynchronous.`,
  );
}

/** A module has ended the process while it was imported. */
export function moduleExited(called: string, status: number): EvokeError {
  return new EvokeError(
    "MODULE_UNLOADABLE",
    `Cannot import ${called}: it ends the process, with status ${status}.\n  Take process.exit() out of it, and out of the modules that it imports; where it cannot go on, it should throw an error.`,
  );
}

/** Code of a plugin has ended the process. */
export function pluginExited(file: string, status: number, at = "a place that it does not say"): EvokeError {
  return new EvokeError(
    "PLUGIN_EXITED",
    `Cannot go on: the plugin module ${file} has ended the process, with status ${status}.\n  At ${at}. Every run that was over is kept. Where a plugin cannot go on, it should throw an error.`,
  );
}

/** Code of a plugin has ended the worker thread that it was in. */
export function threadExited(): EvokeError {
  return new EvokeError(
    "PLUGIN_EXITED",
    "Cannot go on: code of a plugin has ended the worker thread that it was in.\n  Every run that was over is kept. Look for process.exit() in the plugins: with --workers 1 it is told where it is. Where a plugin cannot go on, it should throw an error.",
  );
}

/** Something that is to be made has a name that manifests could not use. @param most  characters of one */
export function nameInvalid(what: string, name: string, most: number, better: string): EvokeError {
  const length = name.length > most ? `, of at most ${most} characters` : "";
  return new EvokeError(
    "NAME_INVALID",
    `Cannot make the ${what} ${JSON.stringify(name)}: names are lower-case words joined by hyphens${length}.\n  Call it ${better}, for example.`,
  );
}

/** A plugin that is to be made has the name of another one, or its package that of a package that it needs. */
export function nameTaken(kind: string, name: string, owner: string): EvokeError {
  return new EvokeError("NAME_TAKEN", `Cannot make the ${kind} "${name}": ${owner} of that name.\n  Call it my-${name}, for example.`);
}

/** An option of a controller names an operation that the space does not have. */
export function operationUnknown(option: string, found: string, operations: readonly string[]): EvokeError {
  return new EvokeError(
    "OPERATION_UNKNOWN",
    `Cannot use ${JSON.stringify(found)} as ${option}: the space has no operation of that name.\n  ${suggestion(found, operations, "operations")}`,
  );
}

/** Two options of a plugin do not go together. */
export function optionsUnfit(option: string, other: string, reason: string): EvokeError {
  return new EvokeError("OPTIONS_UNFIT", `Cannot use ${option} with ${other}: ${reason}.\n  Change one of the two options.`);
}

/** An option of a controller needs a space of cells, and this one's architectures have no nodes. */
export function nodesMissing(option: string): EvokeError {
  return new EvokeError(
    "NODES_MISSING",
    `Cannot use ${option} in this space: it does not say which components lead into which node.\n  Leave the option out, or choose a space of cells, such as nas-bench-201.`,
  );
}

/** A method gives the skips of edges a part of their own, and no edge of the space has one. */
export function skipMissing(method: string): EvokeError {
  return new EvokeError(
    "SKIP_MISSING",
    `Cannot search this space by ${method}: no edge has an operation that passes on what comes in, and ${method} adds to that.\n  Give places of the space such an operation, or choose another method, such as darts.`,
  );
}

/** A limit or a penalty is about what architectures cost, and the space cannot tell. */
export function costMissing(cost: string): EvokeError {
  return new EvokeError(
    "COST_MISSING",
    `Cannot weigh what architectures cost: the space does not count their ${cost}.\n  Leave the plugin out, or choose a space that does, such as mobilenet or nas-bench-201.`,
  );
}

/** A controller goes by the expected cost of an architecture, and the space's costs do not add up over the edges. */
export function costNotAdditive(cost: string): EvokeError {
  return new EvokeError(
    "COST_NOT_ADDITIVE",
    `Cannot search by the expected ${cost}: in this space, what an architecture costs is not the sum of what its edges cost.\n  Leave "cost" out of the options of the controller, or choose a space whose costs add up, such as nas-bench-201.`,
  );
}

/** A controller goes by the logarithm of the expected cost, which has to be positive. */
export function costSmall(cost: string, least: number): EvokeError {
  return new EvokeError(
    "COST_SMALL",
    `Cannot search by the logarithm of the expected ${cost}: it has to be above 1, and there are architectures of ${least}.\n  Choose the form "sum" under "cost" in the options of the controller, or have the space count in a smaller unit.`,
  );
}

/** A penalty would reward what it is to penalise: its cost is a metric of which more is better. */
export function costInverted(cost: string): EvokeError {
  return new EvokeError(
    "COST_INVERTED",
    `Cannot use "${cost}" as a cost: it is to be maximised, and a penalty would lower it.\n  Name a metric that is to be minimised, or weigh several goals with the reward "weighted-chebyshev".`,
  );
}

/** A penalty has no target, or two. */
export function targetInvalid(problem: string): EvokeError {
  return new EvokeError(
    "TARGET_INVALID",
    `Cannot use the reward "soft-penalty": ${problem}.\n  Give "target", in the cost's own unit; of madds and parameters "millions" will do.`,
  );
}

/** A limit on a metric admits everything, or nothing. */
export function limitInvalid(metric: string, problem: string): EvokeError {
  return new EvokeError(
    "LIMIT_INVALID",
    `Cannot use a limit on "${metric}": ${problem}.\n  Give "most", "least" or both, in the metric's own unit, the least not above the most.`,
  );
}

/** There is no such landscape on the experiment's space. */
export function landscapeInvalid(name: string, problem: string, remedy: string): EvokeError {
  return new EvokeError("LANDSCAPE_INVALID", `Cannot make the landscape "${name}" of /evaluator/options: ${problem}.\n  ${remedy}`);
}

/** The range that an objective is measured in begins or ends nowhere, or is upside down. */
export function rangeInvalid(metric: string, goal: string, problem: string): EvokeError {
  return new EvokeError(
    "RANGE_INVALID",
    `Cannot weigh "${metric}", which is to be ${goal}d: ${problem}.\n  Give "ideal" and "nadir", the ideal the better of the two; or neither, and they follow what the run has seen.`,
  );
}

/** A limit is on latency, and the space does not say which blocks its networks consist of. */
export function blocksMissing(): EvokeError {
  return new EvokeError(
    "BLOCKS_MISSING",
    "Cannot add up the latency of architectures: the space does not say which blocks they consist of.\n  Leave the plugin out, or choose a space that does, such as mobilenet.",
  );
}

/**
 * Code of a plugin, or of a package that it uses, failed outside of any call that could have been told of it.
 * @param module  the plugin's, if that can be told
 */
export function strayError({ message, thrown = "a place that it does not say" }: ErrorValue, module?: string): EvokeError {
  const whose = module === undefined ? "" : `, in the plugin module ${module}`;
  return new EvokeError(
    "STRAY_ERROR",
    `Cannot go on: something failed that nobody waited for${whose}: ${message}\n  Thrown at ${thrown}.\n  Every run that was over is kept. In a plugin, await what is begun, or catch its errors.`,
  );
}

/** A promise that a plugin gave can never be fulfilled. */
export function neverSettles(): EvokeError {
  return new EvokeError(
    "NEVER_SETTLES",
    "Cannot go on: a promise of a plugin is awaited, and nothing is left to do that could fulfil it.\n  Look for a promise whose resolve is never called, in what the evaluator, the first centres or prepare() of the controller wait for.",
  );
}
