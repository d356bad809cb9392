/**
 * A Redis server for the tests of one file: a `redis-server` from the PATH, on a port and in a folder of its own.
 *
 *   const withRedis = when(test, hasRedis, REDIS_ABSENT);
 *   const redis = redisFor(test, { append: true });
 *
 *   withRedis("what is written survives a restart", async () => { … redis.url … await redis.restart(); … });
 *
 * It starts before the file's first test and ends after the last one, or with this process, however that ends.
 *
 * @module
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import type { test as uvuTest } from "uvu";
import { Guard } from "../app/host/processes/guard.ts";

const PROGRAM = "redis-server";
const deno = "Deno" in globalThis;
export const hasRedis = !deno && spawnSync(PROGRAM, ["--version"], { stdio: "ignore" }).status === 0;
export const REDIS_ABSENT = deno ? "on Deno tests start no processes" : `${PROGRAM} is absent from the PATH`;

/** Milliseconds in which a server must answer. */
const LIMIT = 20_000;
const guard = new Guard();

export interface RedisOptions {
  /** Whether it keeps an append-only file, so that a restart forgets nothing. */
  readonly append?: boolean;
  /** The address that it listens at. */
  readonly host?: string;
  /** Further arguments, such as `--requirepass`. */
  readonly more?: readonly string[];
}

export class RedisServer {
  readonly host: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "evoke-redis-"));
  readonly #arguments: readonly string[];
  #port = 0;
  #process: ChildProcess | undefined;

  constructor({ append = false, host = "127.0.0.1", more = [] }: RedisOptions = {}) {
    this.host = host;
    this.#arguments = ["--bind", host, "--save", "", "--appendonly", append ? "yes" : "no", "--dir", this.#folder, ...more];
  }

  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  /** The same for as long as it is there. */
  get port(): number {
    if (this.#port === 0) throw new Error("The server has not been started.");
    return this.#port;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<void> {
    this.#port ||= await freePort(this.host);
    const server = spawn(PROGRAM, ["--port", String(this.#port), ...this.#arguments], {
      detached: true, // a group of its own, for the guard
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = server;
    if (server.pid !== undefined) guard.begun(server.pid);
    let printed = "";
    for (const stream of [server.stdout, server.stderr]) stream.on("data", (chunk) => (printed += chunk));
    const gone = new Promise<never>((_, reject) => {
      server.on("error", reject);
      server.on("exit", (code) => reject(new Error(`${PROGRAM} ended with status ${code}:\n${printed}`)));
    });
    gone.catch(() => {}); // when it is ended later on
    await Promise.race([gone, this.#answers()]);
  }

  /** Ends it as a crash does: by SIGKILL. */
  async kill(): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    process.kill(-server.pid, "SIGKILL"); // its child that rewrites the append-only file as well
    await ended;
    guard.over(server.pid);
  }

  /** Kills it and starts it again: with an append-only file it forgets nothing, else everything. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** Removes all keys of all its databases. */
  async flush(): Promise<void> {
    await this.#ask("FLUSHALL");
  }

  /** Kills it and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 }); // until that child is gone
  }

  async #answers(): Promise<void> {
    for (const end = performance.now() + LIMIT; performance.now() < end; await pause(20)) {
      // A server that asks for a password, or that still reads its append-only file, answers with an error.
      const reply = await this.#ask("PING").catch(() => "");
      if (reply !== "" && !reply.startsWith("-LOADING")) return;
    }
    throw new Error(`${PROGRAM} does not answer at ${this.url} after ${LIMIT / 1000} s.`);
  }

  /** Sends one command. @returns the first part of the reply */
  #ask(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, this.host, () => socket.write(`${command}\r\n`));
      socket.setTimeout(LIMIT, () => socket.destroy(new Error(`${this.url} does not answer ${command}.`)));
      socket.on("data", (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.on("error", reject);
      socket.on("close", () => reject(new Error(`${this.url} has closed the connection.`)));
    });
  }
}

/** A server for the tests of a file, which runs from before the first of them until after the last one. */
export function redisFor(test: typeof uvuTest, options: RedisOptions = {}): RedisServer {
  const server = new RedisServer(options);
  test.before(async () => {
    if (hasRedis) await server.start();
  });
  test.after(() => server.stop());
  return server;
}

/**
 * A port that nothing listens at. Those from 32,768 on are left out: while a server is down, a client that tries to connect
 * to one of these on its own machine may be given the same as its own port, and be connected with itself.
 */
async function freePort(host: string): Promise<number> {
  for (let tries = 0; ; tries++) {
    const port = 20_000 + Math.floor(12_000 * Math.random());
    const probe = createServer();
    try {
      await new Promise<void>((resolve, reject) => probe.on("error", reject).listen(port, host, resolve));
      await new Promise((resolve) => probe.close(resolve));
      return port;
    } catch (error) {
      if (tries > 50) throw error;
    }
  }
}
