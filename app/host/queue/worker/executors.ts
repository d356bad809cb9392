/**
 * The executors of a worker: one for each run that it does at a time, and one for all evaluations, so that these share slots
 * and threads. They are started when there is work for them.
 *
 * Where one ends by itself, what it did is done once more in a new one; if that ends as well, it is what it did that has
 * ended it, and has failed.
 *
 * @module
 */
import { executorEnded } from "../../../../core/errors/index.ts";
import { Guard } from "../../processes/guard.ts";
import { failureValue } from "../failures.ts";
import type { EvaluationJob, Outcome, RunsJob } from "../messages.ts";
import { Executor, ExecutorEnded } from "./executor.ts";
import type { ExecutorSettings, FromExecutor } from "./executor-messages.ts";
import type { Unpacked } from "./unpacked.ts";

/** What a worker hears of a job that it does. */
export interface JobListener {
  outcome(name: string, outcome: Exclude<Outcome, { readonly refused: unknown }>): void;
  progress?(message: Extract<FromExecutor, { readonly progress: unknown }>["progress"]): void;
}

export class Executors {
  readonly #guard = new Guard();
  readonly #settings: ExecutorSettings;
  readonly #print: (text: string) => void;
  readonly #idle: Executor[] = [];
  readonly #all = new Set<Executor>();
  #evaluations: Executor | undefined;
  /** What was under way when a process of evaluations has ended is done again one by one, and nothing else: so the next end has one reason. */
  #again: Promise<unknown> = Promise.resolve();

  constructor(settings: ExecutorSettings, print: (text: string) => void) {
    this.#settings = settings;
    this.#print = print;
  }

  /**
   * Does the runs of a job, one after the other, in a process that does nothing else meanwhile.
   * @param signal  when it is aborted, the process is ended, since what it computes hears nothing
   * @throws an error that says why it cannot be done on this machine; or the reason of the signal
   */
  async doRuns(job: RunsJob, unpacked: Unpacked, listener: JobListener, signal: AbortSignal): Promise<void> {
    let left = job.seeds.map((seed, i) => ({ seed, name: job.outcomes[i]! }));
    const hear = (name: string, outcome: Parameters<JobListener["outcome"]>[1]) => {
      left = left.filter((one) => one.name !== name);
      listener.outcome(name, outcome);
    };
    for (let lost: string | undefined; left.length > 0; ) {
      signal.throwIfAborted();
      const executor = this.#takeIdle(job.parcel);
      const end = () => void executor.end();
      signal.addEventListener("abort", end, { once: true });
      try {
        const rest = { ...job, seeds: left.map(({ seed }) => seed), outcomes: left.map(({ name }) => name) };
        await doIn(executor, rest, unpacked, { outcome: hear }, signal);
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ExecutorEnded)) throw error;
        const { name } = left[0]!; // which it was at
        if (name === lost) hear(name, failed(error));
        lost = name;
      } finally {
        signal.removeEventListener("abort", end);
        if (!executor.isOver && !signal.aborted) this.#idle.push(executor);
      }
    }
  }

  /**
   * Does an evaluation, beside others.
   * @throws an error that says why it cannot be done on this machine; or the reason of the signal
   */
  async doEvaluation(job: EvaluationJob, unpacked: Unpacked, listener: JobListener, signal: AbortSignal): Promise<void> {
    const once = () => doIn(this.#forEvaluations(), job, unpacked, listener, signal);
    const ended = (error: unknown): ExecutorEnded => {
      signal.throwIfAborted();
      if (error instanceof ExecutorEnded) return error;
      throw error;
    };
    try {
      await this.#nothingAgain();
      signal.throwIfAborted();
      return await once();
    } catch (error) {
      ended(error);
    }
    const again = this.#again.then(async () => {
      signal.throwIfAborted();
      await once().catch((error) => listener.outcome(job.outcome, failed(ended(error))));
    });
    this.#again = again.catch(() => {});
    return again;
  }

  /** Waits for as long as something is done again. */
  async #nothingAgain(): Promise<void> {
    for (let last: unknown; last !== this.#again; await last) last = this.#again;
  }

  /** Ends all of them, with what they have started. */
  async end(): Promise<void> {
    await Promise.all([...this.#all].map((executor) => executor.end()));
  }

  /** An idle one, best one that has the parcel composed; or a new one. */
  #takeIdle(parcel: string): Executor {
    const alive = this.#idle.filter(({ isOver }) => !isOver);
    const executor = alive.find(({ lastParcel }) => lastParcel === parcel) ?? alive[0] ?? this.#started();
    this.#idle.splice(0, this.#idle.length, ...alive.filter((one) => one !== executor));
    return executor;
  }

  #forEvaluations(): Executor {
    if (!this.#evaluations || this.#evaluations.isOver) this.#evaluations = this.#started();
    return this.#evaluations;
  }

  #started(): Executor {
    for (const executor of this.#all) if (executor.isOver) this.#all.delete(executor);
    const executor = new Executor(this.#settings, this.#guard, this.#print);
    this.#all.add(executor);
    return executor;
  }
}

async function doIn(
  executor: Executor,
  job: RunsJob | EvaluationJob,
  unpacked: Unpacked,
  listener: JobListener,
  signal: AbortSignal,
): Promise<void> {
  let refused: string | undefined;
  const hear = (message: FromExecutor) => {
    if (signal.aborted) return; // nobody wants it any more
    if ("outcome" in message) listener.outcome(message.name, message.outcome);
    else if ("progress" in message) listener.progress?.(message.progress);
    else if ("refused" in message) refused = message.refused;
  };
  await executor.do(job, unpacked, hear, signal);
  signal.throwIfAborted();
  if (refused !== undefined) throw new Error(refused);
}

function failed({ how, log }: ExecutorEnded): { readonly failed: ReturnType<typeof failureValue> } {
  return { failed: failureValue(executorEnded(how, log)) };
}
