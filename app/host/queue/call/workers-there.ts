/** The workers of a queue as a call sees them: how many places they have, and what people should know of them. @module */
import { VERSION } from "../../../../core/version.ts";
import type { QueueConnection } from "../connection.ts";
import type { QueueName, WorkerPresence } from "../messages.ts";
import { present } from "../presence.ts";

export class WorkersThere {
  readonly #connection: QueueConnection;
  readonly #say: (line: string) => void;
  readonly #changed: () => void;
  readonly #timer: NodeJS.Timeout;
  /** Of this version. */
  #workers: readonly WorkerPresence[] = [];
  /** The queues that work was handed out to. */
  readonly #used = new Set<QueueName>();
  readonly #said = new Set<string>();
  #looking: Promise<void> | undefined;

  /** @param changed  told when they have other places than before */
  constructor(connection: QueueConnection, milliseconds: number, say: (line: string) => void, changed: () => void) {
    [this.#connection, this.#say, this.#changed] = [connection, say, changed];
    this.#timer = setInterval(() => void this.look(), milliseconds);
  }

  /** How many jobs of a queue they do at once. */
  places(queue: QueueName): number {
    return this.#workers.reduce((sum, worker) => sum + worker[queue], 0);
  }

  /** Those that take jobs of a queue. */
  of(queue: QueueName): readonly WorkerPresence[] {
    return this.#workers.filter((worker) => worker[queue] > 0);
  }

  /** Work for this queue is about to be handed out. */
  use(queue: QueueName): void {
    if (this.#used.has(queue)) return;
    this.#used.add(queue);
    void this.look();
  }

  /** Looks who is there. */
  look(): Promise<void> {
    this.#looking ??= this.#look()
      .catch(() => {}) // told by the connection, or by what is handed out
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const all = await present(this.#connection, "worker");
    const before = this.#placesOfAll();
    this.#workers = all.filter(({ evoke }) => evoke === VERSION);
    this.#tell(all);
    if (this.#placesOfAll() !== before) this.#changed();
  }

  #placesOfAll(): string {
    return `${this.places("runs")} ${this.places("evaluations")}`;
  }

  #tell(all: readonly WorkerPresence[]): void {
    const { shown } = this.#connection.address;
    for (const evoke of new Set(all.map((worker) => worker.evoke))) {
      if (evoke === VERSION) continue;
      const others = all.filter((worker) => worker.evoke === evoke);
      const who = others.length === 1 ? `${others[0]!.host}/${others[0]!.pid}` : `${others.length} workers`;
      this.#sayOnce(
        evoke,
        `${who} at ${shown} ${others.length === 1 ? "is" : "are"} of Evoke ${evoke}, and this call is of ${VERSION}: no work of it goes there. Install the same version on both sides.`,
      );
    }
    for (const queue of this.#used) {
      if (this.of(queue).length > 0) continue;
      const option = queue === "runs" ? "--workers" : "--parallel";
      const line =
        this.#workers.length > 0
          ? `No worker at ${shown} takes ${queue} yet. Start some with ${option} above 0.`
          : `No worker is at ${shown} yet. Start some, here or on other machines: evoke worker --queue ${shown}`;
      this.#sayOnce(queue, line);
      if (this.#workers.length === 0) for (const other of this.#used) this.#said.add(other); // one line says it for both
    }
  }

  #sayOnce(what: string, line: string): void {
    if (this.#said.has(what)) return;
    this.#said.add(what);
    this.#say(line);
  }
}
