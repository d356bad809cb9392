/**
 * `evoke worker`: does the work that calls hand out at a queue, until it is told to stop. It says what it does on stderr.
 *
 * @module
 */
import { access, constants, mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import process from "node:process";
import { optionInvalid } from "../../../../core/errors/index.ts";
import type { ProgressLine } from "../../../../core/record/progress-line.ts";
import { VERSION } from "../../../../core/version.ts";
import { homeFolder } from "../../../../training/home-folder.ts";
import { QueueConnection } from "../../../host/queue/connection.ts";
import { Asking } from "../../../host/queue/parcels/asking.ts";
import { ContentCache } from "../../../host/queue/parcels/content-cache.ts";
import { openParcel } from "../../../host/queue/parcels/unpack.ts";
import type { WorkerSlots } from "../../../host/queue/worker/executor-messages.ts";
import { QueueWorker, type WorkerListener } from "../../../host/queue/worker/queue-worker.ts";
import { count } from "../../arguments.ts";
import { duration, progressLine, say, stderrTerminal, whole } from "../../terminal.ts";
import { addressOf } from "./open-queue.ts";

const SUMMARY_MILLISECONDS = 1_000;

export interface WorkerCommandOptions {
  readonly queue: string;
  readonly workers?: string;
  readonly parallel?: string;
  readonly slots?: string;
  readonly workdir?: string;
  readonly trust?: boolean;
  readonly quiet?: boolean;
}

export async function workerCommand({ trust = false, quiet = false, ...options }: WorkerCommandOptions): Promise<void> {
  const address = addressOf(options.queue);
  const slots = options.slots === undefined ? undefined : slotsOf(options.slots);
  const inSlots = slots === undefined ? 1 : typeof slots === "number" ? slots : slots.length;
  const runs = options.workers === undefined ? availableParallelism() : count("--workers", options.workers, 0);
  const evaluations = options.parallel === undefined ? inSlots : count("--parallel", options.parallel, 0);
  if (runs + evaluations === 0)
    throw optionInvalid("--parallel", "0", "a whole number from 1, since --workers is 0: the worker would do nothing");
  const workdir = options.workdir === undefined ? undefined : await folderOf(options.workdir);
  const told = new Told(quiet);
  const connection = await QueueConnection.open(address, (line) => told.say(line), "for work");
  const cache = new ContentCache(new Asking(connection));
  const settings = {
    ...{ runs, evaluations, trusts: trust, parallel: Math.max(1, evaluations), out: workdir ?? homeFolder() },
    ...(slots !== undefined && { slots }),
  };
  const parcelOptions = { trust, ...(workdir !== undefined && { workdir }) };
  const worker = new QueueWorker(connection, { open: (job) => openParcel(cache, job, parcelOptions) }, settings, told);
  told.begin(worker, address.shown, runs, evaluations, trust);
  await stopped(worker, told);
  await connection.close();
  process.exit(0); // plugins may have left something in this process that would keep it
}

/** Waits until it is to stop, and has. */
async function stopped(worker: QueueWorker, told: Told): Promise<void> {
  const now = new AbortController();
  await new Promise<void>((resolve) => {
    let heard = 0;
    const signalled = () => {
      heard++;
      if (heard === 1) resolve();
      else now.abort();
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, signalled);
  });
  told.stopping();
  await worker.stop(now.signal);
  told.end();
}

/** The folder is made if it is not there. */
async function folderOf(text: string): Promise<string> {
  const folder = resolve(text);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw optionInvalid("--workdir", text, `a folder that can be written to (${(error as Error).message})`);
  }
  return folder;
}

function slotsOf(text: string): WorkerSlots {
  const expected = `a number from 1, or a list of variables, for example '[{"CUDA_VISIBLE_DEVICES":"0"},{"CUDA_VISIBLE_DEVICES":"1"}]'`;
  let slots: unknown;
  try {
    slots = JSON.parse(text);
  } catch {
    throw optionInvalid("--slots", text, expected);
  }
  const isNumber = Number.isSafeInteger(slots) && (slots as number) >= 1;
  const isVariables = (slot: unknown) =>
    typeof slot === "object" && slot !== null && !Array.isArray(slot) && Object.values(slot).every((value) => typeof value === "string");
  const list: readonly unknown[] = Array.isArray(slots) ? slots : [];
  const isList = list.length > 0 && list.every(isVariables);
  const isTwice = new Set(list.map((slot) => JSON.stringify(slot))).size < list.length;
  if (!isNumber && (!isList || isTwice)) throw optionInvalid("--slots", text, isTwice ? `${expected}, each another one` : expected);
  return slots as WorkerSlots;
}

/** What the worker does, on stderr. */
class Told implements WorkerListener {
  readonly #quiet: boolean;
  readonly #terminal;
  readonly #line: ProgressLine;
  readonly #began = performance.now();
  #worker: QueueWorker | undefined;
  #where = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
    this.#terminal = stderrTerminal(quiet);
    this.#line = progressLine(this.#terminal);
  }

  begin(worker: QueueWorker, where: string, runs: number, evaluations: number, trusts: boolean): void {
    [this.#worker, this.#where] = [worker, where];
    const trust = trusts ? "runs what is sent to it" : "refuses plugins and programs that are sent to it, without --trust";
    const atOnce = `${runs} ${runs === 1 ? "run" : "runs"} and ${evaluations} ${evaluations === 1 ? "evaluation" : "evaluations"} at a time`;
    this.#tell(`Worker ${worker.name} of Evoke ${VERSION} is at ${where}: ${atOnce}; it ${trust}.`);
    if (this.#terminal.interactive) this.#timer = setInterval(() => this.#show(), SUMMARY_MILLISECONDS).unref();
  }

  say(line: string): void {
    say(this.#terminal, line);
  }

  began(what: string): void {
    this.#tell(`begun       ${what}`);
  }

  ended(what: string, how: Parameters<WorkerListener["ended"]>[1], seconds: number): void {
    if (how !== "refused") this.#tell(`${how.padEnd(10)}  ${what}, ${duration(seconds)}`);
  }

  printed(text: string): void {
    if (!this.#quiet) process.stderr.write(text);
  }

  stopping(): void {
    this.#tell("Stops: what ends within 10 s is waited for, the rest goes back to the queue. A second signal gives it back at once.");
  }

  end(): void {
    clearInterval(this.#timer);
    this.#line.show(() => this.#summary(), true);
  }

  #tell(line: string): void {
    if (!this.#quiet) this.#line.say(`${new Date().toISOString().slice(11, 19)}  ${line}`);
    if (this.#terminal.interactive) this.#show();
  }

  #show(): void {
    this.#line.show(() => this.#summary());
  }

  #summary(): string {
    if (!this.#worker) return "";
    const { done, failed } = this.#worker.counts;
    const doing = this.#worker.doing.length;
    const hours = duration((performance.now() - this.#began) / 1000);
    return `${this.#where}: ${whole(doing)} under way, ${whole(done)} done, ${whole(failed)} failed, in ${hours}`;
  }
}
