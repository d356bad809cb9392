/**
 * Asks a program of the user's, in any language: a script that trains the architecture, mostly, in a process of its own.
 *
 * The program reads one line of JSON from its stdin, the request, and prints lines of JSON: how far it is, and the
 * result. docs/guide/programs/own-program.md says what they have in them. All else that it prints is kept as the log. A request
 * waits for a slot, for example a GPU, that no other one is in, whatever seed, cell or experiment of the call it is for.
 *
 * The files of the manifest's folder that the command consists of, or those in `inputs`, are inputs of the experiment: a
 * run is another one when they have changed. What the program reads beside them is not known.
 *
 * @module
 */
import { commandFailed, EvokeError, fidelityInvalid, inputChanged, networkMissing } from "../core/errors/index.ts";
import { plainJson } from "../core/json/plain-json.ts";
import type { CurvePoint, EvaluationContext, Measurement } from "../core/plugin/evaluator.ts";
import { FURTHER_METRICS_OPTION, furtherMetrics, METRIC_OPTION, searchMetric } from "../core/plugin/metric.ts";
import { plugin } from "../core/plugin/plugin.ts";
import type { Heard, Program, Reply } from "../core/plugin/processes.ts";
import { evaluationDocument } from "../core/search/evaluation-document.ts";
import { networkDocument } from "../core/space/network-document.ts";

const WORD = { type: "string", minLength: 1 } as const;
const VARIABLES = { type: "object", additionalProperties: { type: "string" } } as const;

export default plugin({
  kind: "evaluator",
  name: "command",
  summary: "Asks a program of yours, such as a training script, in processes of their own",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["command", "metric"],
    properties: {
      command: {
        type: "array",
        minItems: 1,
        items: WORD,
        examples: [["python3", "train.py"]],
        description:
          'the program and its arguments, for example ["python3", "train.py"], started in the manifest\'s folder, without a shell',
      },
      metric: METRIC_OPTION,
      metrics: FURTHER_METRICS_OPTION,
      inputs: {
        type: "array",
        items: WORD,
        description: "files that results depend on, relative to the manifest; default: those that the command names",
      },
      environment: { ...VARIABLES, default: {}, description: "variables for the program, beside those that Evoke has" },
      fidelities: {
        type: "array",
        uniqueItems: true,
        items: { type: "integer", minimum: 1, maximum: 1_000_000 },
        description: "fewer epochs that it can be asked for as well, for example [1, 3]; default: none",
      },
      network: {
        type: "boolean",
        default: false,
        description: "whether the request has the layers of the network as well, with their shapes, where the space has networks",
      },
      seed: { type: "integer", minimum: 0, maximum: 2 ** 48, description: "that it is told; default: the run's seed" },
      charge: {
        enum: ["measured", "nothing"],
        default: "measured",
        description: "what a query costs: the seconds that the program took, or those that it tells; or nothing",
      },
      slots: {
        anyOf: [
          { type: "integer", minimum: 1, maximum: 1000 },
          { type: "array", minItems: 1, maxItems: 1000, uniqueItems: true, items: VARIABLES },
        ],
        description:
          'variables of each slot, for example [{ "CUDA_VISIBLE_DEVICES": "0" }], or how many slots there are; default: what the call allows at once',
      },
      perSlot: { type: "integer", minimum: 1, maximum: 10_000, default: 1, description: "evaluations at a time in each slot" },
      concurrency: {
        type: "integer",
        minimum: 1,
        maximum: 10_000,
        description: "evaluations of one run at a time, where the controller allows it; default: as many as the slots take, 1 without any",
      },
      persistent: { type: "boolean", default: false, description: "whether a process takes one request after another" },
      timeout: { type: "number", exclusiveMinimum: 0, maximum: 1e9, description: "seconds that an evaluation may take; default: any time" },
      silence: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1e9,
        description: "seconds for which the program may print nothing during an evaluation; default: any time",
      },
    },
  },
  needs: ["space", "seed", "files", "processes"],
  failures: { retries: 1, remedy: "reject" },
  outsideDigest: ["slots", "perSlot", "concurrency", "persistent", "timeout", "silence"],
  async create(options, { space, seed: runSeed, files, processes }) {
    const {
      command,
      environment,
      fidelities = [],
      network,
      charge,
      slots,
      perSlot,
      persistent,
      timeout,
      silence,
      seed = runSeed,
    } = options;
    const metric = searchMetric(options.metric);
    const metrics = furtherMetrics(options.metrics, metric);
    const names = metrics.map(({ name }) => name);
    const excess = fidelities.find((epochs) => epochs >= metric.epochs);
    if (excess !== undefined) throw fidelityInvalid(excess, metric.epochs, "/evaluator/options/metric/epochs");
    if (network && !space.network) throw networkMissing();
    const inputs: string[] = [];
    const read = async (file: string) => {
      await files.read(file);
      inputs.push(file);
    };
    for (const file of options.inputs ?? []) await read(file);
    if (!options.inputs) for (const [i, word] of command.entries()) await openInput(word, i === 0, read);

    const variables = environment as Readonly<Record<string, string>>;
    const program: Program = { command, environment: variables, slots: slots as Program["slots"], perSlot, persistent, timeout, silence };
    const count = slots === undefined ? Number.POSITIVE_INFINITY : typeof slots === "number" ? slots : slots.length;
    return {
      ...{ metric, metrics },
      fidelities: [...fidelities, metric.epochs].sort((a, b) => a - b),
      concurrency: options.concurrency ?? (slots === undefined ? 1 : count * perSlot),
      places: count * perSlot,
      prepare: () => processes.find(program),
      async evaluate(architecture, fidelity = metric.epochs, context) {
        const document = await evaluationDocument(space, architecture, { fidelity, seed }, context);
        const request = { ...document, ...(network && { network: networkDocument(space.network!(architecture)) }) };
        for (const file of inputs) if (await files.changed(file)) throw inputChanged(file);
        const answer = new Answer(context, names);
        const reply = await processes.ask(program, JSON.stringify(request), (line) => answer.hear(line), context.signal);
        const measurement = answer.measurement(program, reply);
        return charge === "measured" ? measurement : { ...measurement, seconds: 0 };
      },
    };
  },
});

/** Makes a file that the command names an input; a word of it may be anything else. */
async function openInput(word: string, isProgram: boolean, read: (file: string) => Promise<unknown>): Promise<void> {
  if (word.startsWith("/")) return; // of this machine, not of the experiment
  try {
    await read(word);
  } catch (error) {
    const { code } = (error instanceof EvokeError ? error.cause : error) as { readonly code?: string };
    if ((isProgram && word.includes("/")) || !NO_FILE.includes(code ?? "")) throw error;
  }
}

const NO_FILE = ["ENOENT", "ENOTDIR", "EISDIR", "ENAMETOOLONG"];

/** What a program has printed about one architecture. */
class Answer {
  readonly #context: Pick<EvaluationContext, "progress">;
  readonly #names: readonly string[];
  #last: CurvePoint | undefined;
  #stopped = false;
  #result: Result | undefined;
  #problem: string | undefined;

  /** @param names  of the further metrics that a result must have */
  constructor(context: Pick<EvaluationContext, "progress">, names: readonly string[]) {
    this.#context = context;
    this.#names = names;
  }

  hear(line: string): Heard {
    const said = objectIn(line);
    if (said === undefined) return "unknown";
    if ("score" in said) return this.#hearResult(said, line);
    if ("failed" in said) return this.#hearFailure(said.failed);
    return "epoch" in said && "value" in said ? this.#hearProgress(said.epoch, said.value) : "unknown";
  }

  /** @throws EvokeError COMMAND_FAILED, if it is none */
  measurement({ command, timeout, silence }: Program, { end, code, signal, seconds, log }: Reply): Measurement {
    const fail = (problem: string) => commandFailed(command, problem, log);
    if (this.#problem !== undefined) throw fail(this.#problem);
    if (this.#stopped) return { score: this.#last!.value, seconds, stoppedAfter: this.#last!.epoch, log };
    if (end === "timeout") throw fail(`it had not finished after ${timeout} seconds, its /evaluator/options/timeout`);
    if (end === "silence") throw fail(`it printed nothing for ${silence} seconds, its /evaluator/options/silence`);
    if (signal !== null) throw fail(`it was ended by ${signal}`);
    if (code !== null && code !== 0) throw fail(`it ended with exit code ${code}`);
    if (!this.#result) throw fail('it ended without a result, which is a line such as {"score": 93.1}');
    return { seconds, ...this.#result, log };
  }

  #hearProgress(epoch: unknown, value: unknown): Heard {
    // A loss that is not a number any more is not the end of a training.
    if (!isNumber(epoch) || !isNumber(value) || epoch <= (this.#last?.epoch ?? 0)) return "unknown";
    if (this.#stopped || this.#result || this.#problem !== undefined) return "more";
    this.#last = { epoch, value };
    if (this.#context.progress(this.#last)) return "more";
    this.#stopped = true;
    return "stop";
  }

  /** The program is well: a worker goes on with the next request. */
  #hearFailure(reason: unknown): Heard {
    this.#problem ??= `it reports that it failed: ${typeof reason === "string" ? reason : JSON.stringify(reason)}`;
    return "last";
  }

  #hearResult({ score, seconds, metrics, curve }: Said, line: string): Heard {
    if (this.#stopped) return "last"; // what counts is where it was told to stop
    if (this.#result) return this.#wrong(`it gave a second result: ${shortened(line)}`);
    if (!isNumber(score)) return this.#wrong(`its score is not a finite number: ${shortened(line)}`);
    if (seconds !== undefined && !(isNumber(seconds) && seconds >= 0))
      return this.#wrong(`its "seconds" must be a finite number from 0: ${shortened(line)}`);
    if (metrics !== undefined && !isMetrics(metrics))
      return this.#wrong(`its "metrics" must be finite numbers by name: ${shortened(line)}`);
    const missing = this.#names.find((name) => (metrics as Measurement["metrics"])?.[name] === undefined);
    if (missing !== undefined)
      return this.#wrong(`its "metrics" lack ${JSON.stringify(missing)}, which /evaluator/options/metrics has: ${shortened(line)}`);
    if (curve !== undefined && !isCurve(curve))
      return this.#wrong(`its "curve" must be a list of { "epoch", "value" }, by ascending epoch: ${shortened(line)}`);
    this.#result = { score, ...(seconds !== undefined && { seconds }), ...(metrics && { metrics }), ...(curve && { curve }) };
    return "last";
  }

  #wrong(problem: string): Heard {
    this.#problem ??= problem;
    return "wrong";
  }
}

type Said = Readonly<Record<string, unknown>>;
type Result = Pick<Measurement, "score" | "metrics" | "curve"> & { readonly seconds?: number };

/** The JSON object that a line is, if it is one. Python writes NaN and Infinity, which JSON has not: they become null. */
function objectIn(line: string): Said | undefined {
  if (!/^\s*\{/.test(line)) return undefined;
  for (const text of [line, line.replaceAll(/(?<=[:,[]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g, "null")]) {
    try {
      return plainJson(text) as Said;
    } catch {
      // no JSON, so far
    }
  }
  return undefined;
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function isMetrics(value: unknown): value is Measurement["metrics"] {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isNumber);
}

function isCurve(value: unknown): value is readonly CurvePoint[] {
  return (
    Array.isArray(value) &&
    value.every((point, i) => isNumber(point?.epoch) && isNumber(point.value) && point.epoch > (value[i - 1]?.epoch ?? 0))
  );
}

/** A line as an error shows it. */
function shortened(line: string): string {
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
