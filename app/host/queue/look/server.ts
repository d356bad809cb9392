/** What the server of a queue says of itself. @module */
import type { Redis } from "ioredis";

export interface ServerState {
  /** Redis, Valkey or Dragonfly. */
  readonly kind: string;
  readonly version: string;
  /** Bytes that it uses, and that it may use; null if it may use all that there is. */
  readonly memory: number;
  readonly memoryLimit: number | null;
  /** What it removes when it has no more memory: it must be noeviction. */
  readonly eviction: string;
  /** Whether it keeps an append-only file, so that a restart forgets nothing, or a second of work at most. */
  readonly append: boolean;
  /** Whether it is one of several that share the keys. */
  readonly cluster: boolean;
  readonly connections: number;
}

/** Reads the server's INFO. */
export async function serverState(redis: Redis): Promise<ServerState> {
  const text = await redis.info();
  const facts = new Map([...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, value]) => [name!, value!]));
  const number = (name: string) => Number(facts.get(name) ?? 0);
  const own = ["valkey", "dragonfly"].find((kind) => facts.has(`${kind}_version`)) ?? "redis";
  return {
    kind: own[0]!.toUpperCase() + own.slice(1),
    version: (facts.get(`${own}_version`) ?? "unknown").replace(/^\D+/, ""),
    memory: number("used_memory"),
    memoryLimit: number("maxmemory") || null,
    eviction: facts.get("maxmemory_policy") ?? "noeviction",
    append: number("aof_enabled") === 1,
    cluster: number("cluster_enabled") === 1,
    connections: number("connected_clients"),
  };
}
