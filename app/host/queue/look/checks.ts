/** Whether a queue can be used from here: each thing that it needs is tried. @module */
import { randomBytes, randomUUID } from "node:crypto";
import { Queue, Worker } from "bullmq";
import { EvokeError } from "../../../../core/errors/index.ts";
import { VERSION } from "../../../../core/version.ts";
import type { QueueAddress } from "../address.ts";
import { QueueConnection } from "../connection.ts";
import { queuePrefix } from "../names.ts";
import { present } from "../presence.ts";
import { type ServerState, serverState } from "./server.ts";

/** What `evoke doctor --queue URL --json` prints; a contract, see docs/guide/json-documents.md. */
export interface QueueDiagnosis {
  readonly queue: string;
  readonly evoke: string;
  readonly usable: boolean;
  readonly checks: readonly QueueCheck[];
}

export interface QueueCheck {
  readonly check: string;
  /** Null where it is neither: it is said for what follows from it. */
  readonly passed: boolean | null;
  readonly detail: string;
}

/** Milliseconds that one check may take: a server that is slower than that is of no use. */
const LIMIT = 20_000;
const [MEBIBYTE, MOST_MEBIBYTES, MOST_MILLISECONDS] = [2 ** 20, 16, 2_000];
/** The oldest version that has all that BullMQ asks for. */
const [MAJOR, MINOR] = [6, 2];

export async function diagnoseQueue(address: QueueAddress): Promise<QueueDiagnosis> {
  const checks: QueueCheck[] = [];
  let connection: QueueConnection | undefined;
  try {
    connection = await QueueConnection.open(address, () => {});
    const { redis } = connection;
    checks.push(await tried("server", async () => `answers in ${milliseconds(await roundTrip(() => redis.ping()))}`));
    const server = await serverState(redis).catch((error: Error) => error);
    if (server instanceof Error) checks.push({ check: "version", passed: false, detail: sentence(server) });
    else checks.push(...ofServer(server));
    const used = connection;
    checks.push(await tried("jobs", async () => `handed out and done in ${milliseconds(await oneJob(used))}`));
    checks.push(await tried("messages", async () => `heard after ${milliseconds(await oneMessage(used))}`));
    checks.push(await tried("content", async () => `${await contentRate(used)} MB/s there and back`));
    checks.push({ ...(await tried("workers", () => workersThere(used))), passed: null });
  } catch (error) {
    if (!(error instanceof EvokeError)) throw error;
    checks.push({ check: "server", passed: false, detail: error.problems.join() });
  } finally {
    await connection?.close();
  }
  return { queue: address.shown, evoke: VERSION, usable: checks.every(({ passed }) => passed !== false), checks };
}

function ofServer({ kind, version, memory, memoryLimit, eviction, append, cluster }: ServerState): QueueCheck[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const recent = major > MAJOR || (major === MAJOR && minor >= MINOR);
  const keeps = eviction === "noeviction";
  const limit = memoryLimit === null ? "without a limit" : `of at most ${megabytes(memoryLimit)}`;
  return [
    { check: "version", passed: recent, detail: `${kind} ${version}${recent ? "" : `: it must be ${MAJOR}.${MINOR} or later`}` },
    ...(cluster ? [{ check: "cluster", passed: false, detail: "keys are spread over a cluster: use a server by itself" }] : []),
    {
      check: "eviction",
      passed: keeps,
      detail: keeps
        ? "removes nothing by itself"
        : `it may remove jobs when memory is short (${eviction}): set maxmemory-policy to noeviction there`,
    },
    { check: "memory", passed: null, detail: `${megabytes(memory)} in use, ${limit}` },
    {
      check: "after a restart",
      passed: null,
      detail: append
        ? "it has everything again, from its append-only file"
        : "it may have forgotten everything (no append-only file): calls then hand out again what is not done",
    },
  ];
}

/** Does one thing. What goes wrong is what the check says. */
async function tried(check: string, act: () => Promise<string>): Promise<QueueCheck> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came of it in ${LIMIT / 1000} s`)), LIMIT);
  });
  try {
    return { check, passed: true, detail: await Promise.race([act(), late]) };
  } catch (error) {
    return { check, passed: false, detail: sentence(error as Error) };
  } finally {
    clearTimeout(timer);
  }
}

/** What the server says, and what to do where it is about rights. */
function sentence({ message }: Error): string {
  const [first = ""] = message.split("\n");
  return /^NOPERM|no permissions/.test(first) ? `${first}: see "Who may use a queue" in docs/guide/many-machines.md` : first;
}

/** The middle of some times. */
async function roundTrip(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 11; i++) {
    const began = performance.now();
    await act();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[5]!;
}

/** Hands out a job in a queue of its own, and does it. @returns milliseconds */
async function oneJob(connection: QueueConnection): Promise<number> {
  const name = `doctor-${randomUUID()}`;
  const options = { prefix: queuePrefix(connection.address.prefix), skipVersionCheck: true };
  const queue = new Queue(name, { connection: connection.another(), ...options });
  const worker = new Worker(name, async () => null, { connection: connection.another(), ...options });
  const failed = new Promise<never>((_, reject) => {
    queue.on("error", reject);
    worker.on("error", reject);
  });
  failed.catch(() => {}); // what is left of it after an error says the same once more
  const done = new Promise<void>((resolve) => worker.on("completed", () => resolve()));
  try {
    await Promise.race([worker.waitUntilReady(), failed]);
    const began = performance.now();
    await Promise.race([queue.add("try", {}), failed]);
    await Promise.race([done, failed]);
    const took = performance.now() - began;
    await worker.close();
    await queue.obliterate({ force: true });
    return took;
  } finally {
    await worker.close(true).catch(() => {});
  }
}

/** Says something on a channel, and hears it. @returns milliseconds */
async function oneMessage(connection: QueueConnection): Promise<number> {
  const channel = connection.names.call(`doctor-${randomUUID()}`);
  const listening = connection.another();
  await listening.subscribe(channel);
  const heard = new Promise<void>((resolve) => listening.on("message", () => resolve()));
  const began = performance.now();
  await connection.redis.publish(channel, "{}");
  await heard;
  return performance.now() - began;
}

/** Sends content by way of the server to itself, as calls send it to workers. @returns millions of bytes a second */
async function contentRate(connection: QueueConnection): Promise<string> {
  const list = connection.names.reply(`doctor-${randomUUID()}`);
  const content = randomBytes(MEBIBYTE);
  const receiving = connection.another();
  const began = performance.now();
  let bytes = 0;
  for (let i = 0; i < MOST_MEBIBYTES && performance.now() - began < MOST_MILLISECONDS; i++) {
    const received = receiving.blpopBuffer(list, LIMIT / 1000);
    received.catch(() => {}); // told below, or what is sent has failed before
    await Promise.all([connection.redis.rpush(list, content), connection.redis.expire(list, 60)]);
    const [, back] = (await received) ?? [];
    if (back === undefined || !back.equals(content)) throw new Error("what came back is not what was sent");
    bytes += content.length;
  }
  return (bytes / 1e3 / (performance.now() - began)).toFixed(1);
}

async function workersThere(connection: QueueConnection): Promise<string> {
  const workers = await present(connection, "worker");
  const own = workers.filter(({ evoke }) => evoke === VERSION);
  const others = [...new Set(workers.filter(({ evoke }) => evoke !== VERSION).map(({ evoke }) => evoke))];
  const sum = (of: "runs" | "evaluations") => own.reduce((total, worker) => total + worker[of], 0);
  const there =
    own.length === 0
      ? `none yet of version ${VERSION}; start: evoke worker --queue URL`
      : `${own.length} of version ${VERSION}, for ${sum("runs")} runs and ${sum("evaluations")} evaluations at once`;
  return others.length === 0 ? there : `${there}; also of ${others.join(", ")}, which do nothing for ${VERSION}: install ${VERSION} there`;
}

const milliseconds = (time: number) => `${time.toFixed(1)} ms`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
