/**
 * The process of Python of this thread, which has told what it computes with. What this thread trains uses it one after the
 * other: it gets a dataset once.
 *
 * @module
 */
import { backendUnavailable, EvokeError, trainingFailed } from "../../core/errors/index.ts";
import type { BackendOptions } from "../../core/training/settings.ts";
import type { Drawn } from "../datasets/augmentation.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { QUANTILES } from "../datasets/normal-deviates.ts";
import { defaultPython, type PythonAnswer, PythonEnded, PythonProcess } from "./python-process.ts";

const REMEDIES = {
  memory: "A smaller batchSize takes less memory, and so do fewer trainings at a time.",
  other: "Where evaluations train, /failures of the manifest says whether to reject the architecture or to stop.",
} as const;

/** What it computes with. */
type Described = Readonly<Record<"torch" | "device" | "card", string>>;

export class OpenedProcess {
  readonly key: string;
  readonly described: Described;
  readonly #process: PythonProcess;
  /** The key of the dataset that it has. */
  #dataset: string | undefined;

  constructor(process: PythonProcess, key: string, described: Described) {
    this.#process = process;
    this.key = key;
    this.described = described;
  }

  isThere(): Promise<boolean> {
    return this.#process.isThere();
  }

  end(): void {
    this.#process.end();
  }

  /** Sends what has no answer. */
  send(message: object, ...parts: readonly ArrayBufferView[]): Promise<void> {
    return this.#process.send(message, ...parts);
  }

  async sendDataset(dataset: Dataset): Promise<void> {
    if (this.#dataset === dataset.key) return;
    this.#dataset = dataset.key;
    await this.send(...datasetMessage(dataset));
  }

  /** @throws EvokeError TRAINING_FAILED */
  async ask(message: object, ...parts: readonly ArrayBufferView[]): Promise<PythonAnswer> {
    try {
      await this.send(message, ...parts);
      const answer = await this.#process.answer();
      const { failed, memory } = answer.message;
      if (failed === undefined) return answer;
      this.end();
      throw trainingFailed("pytorch", `${failed}`, memory ? REMEDIES.memory : REMEDIES.other, this.#process.log);
    } catch (error) {
      if (error instanceof PythonEnded) throw trainingFailed("pytorch", error.message, REMEDIES.other, error.log);
      throw error;
    }
  }

  /** Asks for numbers. @throws EvokeError TRAINING_FAILED */
  async numbers(message: object, ...parts: readonly ArrayBufferView[]): Promise<Float32Array> {
    const { data } = await this.ask(message, ...parts);
    if (data.length % Float32Array.BYTES_PER_ELEMENT !== 0)
      throw trainingFailed("pytorch", `it gave ${data.length} bytes, which are no numbers`, REMEDIES.other, this.#process.log);
    return new Float32Array(data.buffer);
  }
}

let opened: OpenedProcess | undefined;

/** @throws EvokeError BACKEND_UNAVAILABLE */
export async function processOf(options: BackendOptions): Promise<OpenedProcess> {
  if (opened?.key === keyOf(options) && (await opened.isThere())) return opened;
  opened?.end();
  opened = undefined;
  return (opened = await startProcess(options));
}

/** One that nobody else has. @throws EvokeError BACKEND_UNAVAILABLE */
export async function startProcess(options: BackendOptions): Promise<OpenedProcess> {
  const { python = defaultPython(), device, threads = 1, precision = "float32" } = options;
  let process: PythonProcess | undefined;
  const refused = (reason: string) => {
    process?.end();
    const remedy = 'Name another Python by "python" in the manifest, or by the variable EVOKE_PYTHON; or another "device".';
    return backendUnavailable("pytorch", [reason, remedy]);
  };
  try {
    process = new PythonProcess(python, { device: device ?? null, threads, precision });
    const { message } = await process.answer();
    const { opened } = message;
    if (!opened) throw refused(`${python}: ${message.unavailable ?? message.failed}`);
    if (!isDescribed(opened)) throw refused(`${python}: it does not say what it computes with, as Evoke's program does`);
    return new OpenedProcess(process, keyOf(options), opened);
  } catch (error) {
    if (error instanceof EvokeError) throw error;
    if (!(error instanceof PythonEnded)) throw refused(`${python} does not start: ${(error as Error).message}`); // on Deno, without leave
    const last = error.log.trim().split("\n").at(-1);
    throw refused(last ? `${error.message}: ${last}` : error.message);
  }
}

function isDescribed(opened: unknown): opened is Described {
  const { torch, device, card } = Object(opened) as Partial<Described>;
  return [torch, device, card].every((part) => typeof part === "string");
}

function keyOf({ python = defaultPython(), device, threads, precision }: BackendOptions): string {
  return JSON.stringify([python, device, threads, precision]);
}

/**
 * How images are augmented, as Python is told.
 * @param rows  how many images
 * @returns by name how many numbers each image has, and the arrays in that order
 */
export function drawnArrays(
  drawn: Drawn,
  rows: number,
): { readonly lengths: Readonly<Record<string, number>>; readonly arrays: Int16Array[] } {
  const named = Object.entries(drawn) as [string, Int16Array][];
  return {
    lengths: Object.fromEntries(named.map(([name, { length }]) => [name, length / rows])),
    arrays: named.map(([, array]) => array),
  };
}

function datasetMessage({ shape, black, augmentation, ...parts }: Dataset): [object, ...ArrayBufferView[]] {
  const { cutout, noise } = augmentation;
  const names = ["train", "validation", "test"] as const;
  const deviates = noise ? Float32Array.from(QUANTILES, (quantile) => noise * quantile) : new Float32Array();
  const counts = Object.fromEntries(names.map((name) => [name, parts[name].count]));
  return [
    { dataset: { shape, counts, cutout, levels: deviates.length } },
    black,
    deviates,
    ...names.flatMap((name) => [parts[name].images, parts[name].labels]),
  ];
}
