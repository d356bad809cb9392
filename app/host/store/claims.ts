/**
 * Who works on what, among the processes that use a store: a run, or an evaluation that runs share, is claimed before
 * it is begun, so that two calls share the work. A claim ends with its work, or with its process.
 *
 * A process shows that it lives by a number that it raises every few seconds. One of this machine that is gone is
 * known at once; one of another machine, or one that stands still, when its number has not changed for a minute: no
 * clocks are compared. Two may then do the same work; the first result that is kept counts.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import process from "node:process";
import { isRunning } from "../../../training/folder-lock.ts";
import type { Columns, StoreDatabase } from "./database.ts";

const BEAT_MILLISECONDS = 5_000;
const DEAD_MILLISECONDS = 60_000;
/** How often a process looks whether another is done with what it waits for. */
const POLL_MILLISECONDS = 300;

interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly beat: number;
}

const OWNER_COLUMNS: Columns<Owner> = { host: "text", pid: "integer", beat: "integer" };

export class Claims {
  readonly #database: StoreDatabase;
  readonly #id = randomUUID();
  #beating: NodeJS.Timeout | undefined;
  /** When the number of another process was first seen, in milliseconds of `performance.now()`. */
  readonly #seen = new Map<string, { readonly beat: number; readonly since: number }>();

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  /** Claims a piece of work. @returns false if another process that lives has it */
  take(name: string): boolean {
    // As bytes, so that one that is damaged, and so nobody's, can be taken over.
    const [claim] = this.#database
      .rows<{ owner: ArrayBuffer | null }>({ owner: "blob" }, "FROM claims WHERE name = ?", name)
      .map(({ owner }) => ({ owner: owner && Buffer.from(owner) }));
    const owner = claim?.owner?.toString("utf8");
    if (owner === this.#id) return true;
    if (owner !== undefined && this.#lives(owner)) return false;
    this.#appear();
    // Of several that find it free, or its process gone, the one gets it whose statement finds it as it was.
    const sql = claim
      ? "UPDATE claims SET owner = ? WHERE name = ? AND CAST(owner AS BLOB) IS ?"
      : "INSERT INTO claims (owner, name) VALUES (?, ?) ON CONFLICT (name) DO NOTHING";
    return this.#database.write(sql, [[this.#id, name, ...(claim ? [claim.owner] : [])]]) > 0;
  }

  /**
   * Claims a piece of work when it is free.
   * @param isDone  looked at while it is another's: what is done is not claimed
   */
  async takeWhenFree(name: string, isDone: () => boolean | Promise<boolean> = () => false): Promise<void> {
    while (!this.take(name)) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
      if (await isDone()) return;
    }
  }

  /** A piece of work is over, or given up. */
  drop(name: string): void {
    this.#database.write("DELETE FROM claims WHERE name = ? AND owner = ?", [[name, this.#id]]);
  }

  /** Gives up all that is claimed. */
  release(): void {
    if (this.#beating === undefined) return;
    clearInterval(this.#beating);
    this.#beating = undefined;
    try {
      this.#database.write("DELETE FROM claims WHERE owner = ?", [[this.#id]]);
      this.#database.write("DELETE FROM owners WHERE id = ?", [[this.#id]]);
    } catch {
      // The process is known to be gone, soon enough.
    }
  }

  /** Forgets processes of this machine that were killed, and what they had claimed. */
  forgetGone(): void {
    if (this.#database.all("SELECT 1 FROM owners LIMIT 1").length === 0) return;
    const gone = this.#database
      .all<{ rowid: number; pid: number }>("SELECT rowid, CAST(pid AS INTEGER) AS pid FROM owners WHERE host = ?", hostname())
      .filter(({ pid }) => !isRunning(pid))
      .map(({ rowid, pid }) => [rowid, pid]);
    if (gone.length === 0) return;
    this.#database.write("DELETE FROM claims WHERE owner = (SELECT id FROM owners WHERE rowid = ? AND pid = ?)", gone);
    this.#database.write("DELETE FROM owners WHERE rowid = ? AND pid = ?", gone);
  }

  /** Is there, and shows it from now on. */
  #appear(): void {
    if (this.#beating !== undefined) return;
    this.#database.write("INSERT OR REPLACE INTO owners (id, host, pid, beat) VALUES (?, ?, ?, 0)", [[this.#id, hostname(), process.pid]]);
    this.#beating = setInterval(() => {
      try {
        this.#database.write("UPDATE owners SET beat = beat + 1 WHERE id = ?", [[this.#id]]);
      } catch {
        // Whoever keeps results finds the same, and says so.
      }
    }, BEAT_MILLISECONDS);
    this.#beating.unref();
  }

  #lives(id: string): boolean {
    const [owner] = this.#database.rows(OWNER_COLUMNS, "FROM owners WHERE id = ?", id);
    if (!owner || (owner.host === hostname() && !isRunning(owner.pid))) return false;
    const seen = this.#seen.get(id);
    const now = performance.now();
    if (seen?.beat !== owner.beat) {
      this.#seen.set(id, { beat: owner.beat, since: now });
      return true;
    }
    return now - seen.since < DEAD_MILLISECONDS;
  }
}
