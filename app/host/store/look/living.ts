/**
 * Which runs somebody is at: those that are claimed by a process that lives, as far as another one can see it (see
 * app/host/store/claims.ts).
 *
 * @module
 */
import { hostname } from "node:os";
import { isRunning } from "../../../../training/folder-lock.ts";
import type { Columns, StoreDatabase } from "../database.ts";

interface ClaimRow {
  readonly name: string;
  readonly owner: string;
  readonly host: string | null;
  readonly pid: number | null;
  readonly beat: number | null;
}

const CLAIMS: Columns<ClaimRow> = { name: "text", owner: "text", host: "text", pid: "integer", beat: "integer" };
const RUN = /^run ([0-9a-f]{64}) (\d+)$/;
/** A process of another machine whose number stands still for so long is gone. */
const DEAD_MILLISECONDS = 60_000;

export interface LivingRun {
  readonly digest: string;
  readonly seed: number;
}

export class Living {
  readonly #database: StoreDatabase;
  readonly #seen = new Map<string, { readonly beat: number; readonly since: number }>();

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  runs(): LivingRun[] {
    if (!this.#database.keepsEvaluations) return [];
    const rows = this.#database.rows(
      CLAIMS,
      "FROM (SELECT name, owner, host, pid, beat FROM claims LEFT JOIN owners ON owners.id = claims.owner WHERE name LIKE 'run %')",
    );
    for (const owner of this.#seen.keys()) if (!rows.some((row) => row.owner === owner)) this.#seen.delete(owner);
    const lives = new Map<string, boolean>();
    return rows.flatMap((row) => {
      const [, digest, seed] = RUN.exec(row.name) ?? [];
      if (digest === undefined) return [];
      if (!lives.has(row.owner)) lives.set(row.owner, this.#lives(row));
      return lives.get(row.owner) ? [{ digest, seed: Number(seed) }] : [];
    });
  }

  #lives({ owner, host, pid, beat }: ClaimRow): boolean {
    if (host === null || pid === null || beat === null) return false;
    if (host === hostname()) return isRunning(pid);
    const seen = this.#seen.get(owner);
    const now = performance.now();
    if (seen?.beat !== beat) {
      this.#seen.set(owner, { beat, since: now });
      return true;
    }
    return now - seen.since < DEAD_MILLISECONDS;
  }
}
