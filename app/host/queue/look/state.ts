/** What there is on a queue now: workers, calls, and the jobs between them. @module */
import { Queue } from "bullmq";
import { VERSION } from "../../../../core/version.ts";
import type { QueueConnection } from "../connection.ts";
import { type CallPresence, QUEUES, type QueueName, type WorkerPresence } from "../messages.ts";
import { queuePrefix } from "../names.ts";
import { present } from "../presence.ts";
import { type ServerState, serverState } from "./server.ts";

/** Of jobs per second: since it began, or lately where it has been looked at before. */
interface Rated {
  readonly rate: number;
}

/** What `evoke queue --json` prints; a contract, see docs/guide/json-documents.md. */
export interface QueueState {
  readonly queue: string;
  readonly evoke: string;
  readonly server: ServerState;
  readonly workers: readonly (WorkerPresence & Rated)[];
  /** `eta` are the seconds that it takes on, if all goes on so. */
  readonly calls: readonly (CallPresence & Rated & { readonly eta?: number })[];
  /** Jobs of this version. */
  readonly jobs: Readonly<Record<QueueName, { readonly waiting: number; readonly active: number }>>;
}

/** Seconds that a rate is over, at most, and at least. */
const [LONGEST, SHORTEST] = [60, 5];

/** Looks at a queue now and then, and changes nothing there. */
export class QueueLook {
  readonly #connection: QueueConnection;
  readonly #queues: Readonly<Record<QueueName, Queue>>;
  /** How much each worker and each call had done, and when. */
  readonly #earlier = new Map<string, { readonly at: number; readonly done: number }[]>();

  constructor(connection: QueueConnection) {
    this.#connection = connection;
    const prefix = queuePrefix(connection.address.prefix);
    const options = { connection: connection.another(), prefix, skipMetasUpdate: true, skipVersionCheck: true };
    const queue = (name: QueueName) => new Queue(name, options);
    this.#queues = Object.fromEntries(QUEUES.map((name) => [name, queue(name)])) as Record<QueueName, Queue>;
  }

  async look(): Promise<QueueState> {
    const connection = this.#connection;
    const [server, workers, calls, jobs] = await Promise.all([
      serverState(connection.redis),
      present(connection, "worker"),
      present(connection, "call"),
      Promise.all(QUEUES.map(async (name) => [name, await this.#jobs(name)] as const)),
    ]);
    const there = new Set([...workers, ...calls].map(({ id }) => id));
    for (const id of this.#earlier.keys()) if (!there.has(id)) this.#earlier.delete(id);
    return {
      queue: connection.address.shown,
      evoke: VERSION,
      server,
      workers: workers.map((worker) => ({ ...worker, rate: this.#rate(worker) })).sort(byPlace),
      calls: calls.map((call) => this.#forecast(call)).sort(byPlace),
      jobs: Object.fromEntries(jobs) as QueueState["jobs"],
    };
  }

  async #jobs(name: QueueName): Promise<{ waiting: number; active: number }> {
    const { active = 0, ...others } = await this.#queues[name].getJobCounts("wait", "active", "delayed", "prioritized");
    return { waiting: Object.values(others).reduce((sum, count) => sum + count, 0), active };
  }

  #forecast(call: CallPresence): QueueState["calls"][number] {
    const rate = this.#rate(call);
    return { ...call, rate, ...(call.of !== undefined && rate > 0 && { eta: (call.of - call.done) / rate }) };
  }

  #rate({ id, since, done }: { readonly id: string; readonly since: number; readonly done: number }): number {
    const at = Date.now();
    const looks = this.#earlier.get(id) ?? [];
    this.#earlier.set(id, looks);
    while (looks.length > 0 && at - looks[0]!.at > LONGEST * 1000) looks.shift();
    const [first] = looks;
    looks.push({ at, done });
    // Its own clock may be another than ours.
    if (first === undefined || at - first.at < SHORTEST * 1000) return done / Math.max((at - since) / 1000, 1);
    return (done - first.done) / ((at - first.at) / 1000);
  }
}

function byPlace(a: { readonly host: string; readonly pid: number }, b: { readonly host: string; readonly pid: number }): number {
  return a.host === b.host ? a.pid - b.pid : a.host < b.host ? -1 : 1;
}
