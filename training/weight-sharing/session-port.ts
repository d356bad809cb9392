/**
 * A session of shared weights at the other end of a port: the thread that asks has the method, and a worker thread has the
 * weights. What is asked is answered in order.
 *
 * @module
 */
import type { MessagePort } from "node:worker_threads";
import { type ErrorValue, errorOf, errorValue } from "../../core/errors/index.ts";
import type { SharedWeights } from "../../core/training/weight-sharing.ts";

/** What a session is asked for. */
export interface Session extends Pick<SharedWeights, "learn" | "judge" | "remember" | "recall" | "move" | "accuracies"> {
  /** An epoch begins: its rate, and its streams, which follow from it alone. */
  begin(epoch: number): void | Promise<void>;
  /** All that the next epoch follows from. */
  save(): Promise<Float32Array>;
  restore(state: Float32Array): Promise<void>;
}

interface Call {
  readonly call: keyof Session;
  readonly values: readonly unknown[];
}
type Answer = { readonly value: unknown } | { readonly failed: ErrorValue };

/** What a session says of itself when it is there. */
export interface Opened {
  /** Steps in an epoch. */
  readonly steps: number;
}

/** Answers what comes by the port, until that is closed. */
export async function serveSession(session: Session & Opened, port: MessagePort): Promise<void> {
  const answer = (answer: Answer) => port.postMessage(answer);
  let answered: Promise<void> = Promise.resolve();
  const closed = new Promise<void>((resolve) => port.on("close", resolve));
  port.on("message", ({ call, values }: Call) => {
    answered = answered.then(async () => {
      try {
        answer({ value: await (session[call] as (...values: readonly unknown[]) => unknown)(...values) });
      } catch (error) {
        answer({ failed: errorValue(error) });
      }
    });
  });
  answer({ value: { steps: session.steps } satisfies Opened });
  await closed;
  await answered;
}

/** The session as the thread that asks sees it. */
export class RemoteSession implements Session {
  readonly opened: Promise<Opened>;
  readonly #port: MessagePort;
  readonly #waiting: { readonly resolve: (value: never) => void; readonly reject: (error: unknown) => void }[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on("message", (answer: Answer) => {
      const { resolve, reject } = this.#waiting.shift()!;
      if ("failed" in answer) reject(errorOf(answer.failed));
      else resolve(answer.value as never);
    });
    this.opened = this.#answer();
  }

  /** The other end is gone: nothing that was asked will be answered. */
  fail(error: unknown): void {
    this.#failure = { error };
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  begin = (...values: Parameters<Session["begin"]>) => this.#ask<void>("begin", values);
  learn: Session["learn"] = (...values) => this.#ask("learn", values);
  judge: Session["judge"] = (...values) => this.#ask("judge", values);
  remember: Session["remember"] = (...values) => this.#ask("remember", values);
  recall: Session["recall"] = (...values) => this.#ask("recall", values);
  move: Session["move"] = (...values) => this.#ask("move", values);
  accuracies: Session["accuracies"] = (...values) => this.#ask("accuracies", values);
  save: Session["save"] = (...values) => this.#ask("save", values);
  restore: Session["restore"] = (...values) => this.#ask("restore", values);

  #ask<T>(call: keyof Session, values: readonly unknown[]): Promise<T> {
    this.#port.postMessage({ call, values } satisfies Call);
    return this.#answer();
  }

  #answer<T>(): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#failure) reject(this.#failure.error);
      else this.#waiting.push({ resolve, reject });
    });
  }
}
