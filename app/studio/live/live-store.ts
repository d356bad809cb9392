/**
 * One store and the documents beside it, looked at again and again: opened when it is there, opened anew when another file
 * is in its place, and told of when it cannot be read. What was seen of it last stays until then.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { comparable, isBetter } from "../../../core/plugin/metric.ts";
import { Living } from "../../host/store/look/living.ts";
import { StoreLook } from "../../host/store/look/store-look.ts";
import { UnderWayLook } from "../../host/store/look/under-way.ts";
import type { MatrixCell, MatrixDocument } from "../../host/store/matrix-document.ts";
import { RunStore } from "../../host/store/run-store.ts";
import type { Best, MatrixOverview, Problem, Progress, StoreOverview } from "../api.ts";
import { Begun } from "./begun.ts";
import { addChange, type Changed, StoreFold } from "./fold.ts";
import { Documents, type FoundDocument, problemOf, type StorePlace } from "./folder.ts";
import { MatrixProgress, type Standing } from "./progress.ts";

/** Something counts as running for so long after something of it was kept. */
const RECENT_MILLISECONDS = 10_000;
/** How often it is looked who lives, what documents there are, and whether what cannot be read can be read again. */
const SELDOM_MILLISECONDS = 2_000;

/** A store that is open. */
export interface OpenStore extends Standing {
  readonly look: StoreLook;
  /** Reads what it gives whole, checksums looked at. */
  readonly runs: RunStore;
}

/** A matrix with its state. */
export interface LiveMatrix {
  readonly id: string;
  readonly store: LiveStore;
  readonly found: FoundDocument;
  readonly document?: MatrixDocument;
  /** Since when something of it is as it is, in milliseconds since 1970. */
  changed: number;
  progress?: Progress;
  cells: ReadonlyMap<string, Progress>;
}

export class LiveStore {
  readonly place: StorePlace;
  problem: Problem | undefined;
  /** Counts up with every change of what is kept: what was made from it before is out of date then. */
  version = 0;
  readonly #documents: Documents;
  readonly #underWay: UnderWayLook;
  readonly #progress = new Map<FoundDocument, MatrixProgress>();
  readonly #recent = new Map<string, number>();
  readonly #matrices = new Map<string, LiveMatrix>();
  #open: OpenStore | undefined;
  #seen = Number.NaN;
  #looked = Number.NEGATIVE_INFINITY;
  #count = 0;
  #others = 0;

  constructor(place: StorePlace) {
    this.place = place;
    this.#documents = new Documents(place);
    this.#underWay = new UnderWayLook(place.file);
  }

  get matrices(): readonly LiveMatrix[] {
    return [...this.#matrices.values()];
  }

  matrix(id: string): LiveMatrix | undefined {
    return this.#matrices.get(id);
  }

  /** What is open; undefined where the store cannot be read. */
  get open(): OpenStore | undefined {
    return this.#open;
  }

  close(): void {
    this.#open?.look.close();
    this.#open?.runs.close();
    this.#open = undefined;
    this.#seen = Number.NaN;
  }

  /** Looks what is new. @param now  in milliseconds */
  async poll(now = performance.now()): Promise<Changed> {
    const seldom = now - this.#looked >= SELDOM_MILLISECONDS;
    if (seldom) this.#looked = now;
    let changed: Changed = new Map();
    const documents = seldom && this.#documents.read();
    if (documents) this.#lookAtMatrices(changed, now);
    try {
      if (!this.#open && seldom) await this.#opened();
      if (this.#open) changed = await this.#read(this.#open, seldom, now);
    } catch (error) {
      this.close();
      this.problem = problemOf(error);
    }
    if (documents) this.version++;
    for (const [digest, at] of this.#recent) if (now - at >= RECENT_MILLISECONDS && this.#recent.delete(digest)) addChange(changed, digest);
    if (changed.size > 0 || documents || seldom) this.#lookAtMatrices(changed, now);
    return changed;
  }

  overview(): StoreOverview {
    return {
      id: this.place.id,
      file: this.place.file,
      ...(this.problem && { problem: this.problem }),
      runs: this.#count,
      others: this.#others,
      matrices: this.matrices.map((matrix) => this.overviewOf(matrix)).sort((a, b) => b.changed - a.changed || (a.id < b.id ? -1 : 1)),
    };
  }

  overviewOf({ id, found, document, progress, changed }: LiveMatrix): MatrixOverview {
    const shared = { id, changed, ...(found.problem && { problem: found.problem }) };
    if (!document) return { ...shared, name: found.name, single: false, cells: 0, seeds: { first: 0, count: 0 } };
    const { matrix: name, question, cells, seeds, design } = document;
    const best = this.#open && progress && this.#bestOf(document, this.#progress.get(found)!, this.#open);
    return {
      ...{ ...shared, name, single: design === undefined && cells.length === 1, cells: cells.length, seeds },
      ...(question !== undefined && { question }),
      ...(progress && { progress }),
      ...(best && { best }),
      metric: cells[0]!.metric,
    };
  }

  /** The best answer of a cell by score. */
  bestOfCell({ found, document }: LiveMatrix, cell: MatrixCell): Best | undefined {
    if (!this.#open || !document) return undefined;
    return this.#bestOf({ ...document, cells: [cell] }, this.#progress.get(found)!, this.#open);
  }

  async #opened(): Promise<void> {
    const { file } = this.place;
    if (!existsSync(file)) {
      this.problem = {
        code: this.#count > 0 ? "STORE_GONE" : "CANNOT_READ",
        message: `There is no ${file}${this.#count > 0 ? " any more" : " yet"}.`,
      };
      return;
    }
    const look = await StoreLook.open(file);
    const runs = await RunStore.open(file, "read").catch((error) => {
      look.close();
      throw error;
    });
    const fold = new StoreFold(look);
    const begun = new Begun(look, new Living(look.database), fold);
    const recent = (digest: string) => this.#recent.has(digest);
    this.#open = { look, runs, fold, begun, recent };
    this.problem = undefined;
    this.#recent.clear();
  }

  async #read({ look, fold, begun }: OpenStore, seldom: boolean, now: number): Promise<Changed> {
    const changed: Changed = new Map();
    const version = look.version();
    if (version !== this.#seen) {
      const first = Number.isNaN(this.#seen);
      for (const kept of [await fold.update(), begun.readJournals()])
        for (const [digest, seeds] of kept) {
          addChange(changed, digest, first ? [] : seeds);
          if (!first) this.#recent.set(digest, now);
        }
      // Of what was there before, what came last may have come just now.
      if (first && fold.newest !== undefined && Date.now() - look.changed() < RECENT_MILLISECONDS) this.#recent.set(fold.newest, now);
      this.#seen = version;
      this.#count = fold.count;
      if (changed.size > 0) this.version++;
    }
    if (!seldom) return changed;
    for (const [digest, seeds] of begun.readLiving()) addChange(changed, digest, seeds);
    for (const { digest, seed } of this.#underWay.changed()) addChange(changed, digest, [seed]);
    return changed;
  }

  #lookAtMatrices(changed: ReadonlyMap<string, unknown>, now: number): void {
    const known = new Set<string>();
    const digests = new Set<string>();
    for (const found of this.#documents.all) {
      const id = this.place.id === "" ? found.name : `${this.place.id}/${found.name}`;
      known.add(id);
      const { document } = found;
      const before = this.#matrices.get(id);
      const live: LiveMatrix = before?.found === found ? before : newMatrix(id, this, found);
      if (before?.found !== found) {
        this.#matrices.set(id, live);
        if (before) this.#progress.delete(before.found);
        if (document) this.#progress.set(found, new MatrixProgress(document));
      }
      if (!document) continue;
      for (const { digest } of document.cells) digests.add(digest);
      if (!this.#open || Number.isNaN(this.#seen)) continue;
      if (before && document.cells.some(({ digest }) => changed.has(digest) && this.#recent.has(digest))) live.changed = Date.now();
      const { matrix, cells } = this.#progress.get(found)!.look(this.#open, now);
      live.progress = matrix;
      live.cells = cells;
    }
    for (const [id, { found }] of this.#matrices)
      if (!known.has(id)) {
        this.#matrices.delete(id);
        this.#progress.delete(found);
      }
    if (!this.#open || Number.isNaN(this.#seen)) return;
    this.#others = [...this.#open.fold.digests].reduce(
      (sum, digest) => (digests.has(digest) ? sum : sum + this.#open!.fold.of(digest).length),
      0,
    );
  }

  #bestOf(document: MatrixDocument, progress: MatrixProgress, open: OpenStore): Best | undefined {
    const { metric } = document.cells[0]!;
    let best: { readonly cell: MatrixCell; readonly seed: number; readonly score: number } | undefined;
    for (const cell of document.cells) {
      const seed = comparable(cell.metric, metric) ? progress.best(cell, open) : undefined;
      if (seed === undefined) continue;
      const score = open.fold.of(cell.digest).of(seed, "score");
      if (!best || isBetter(score, best.score, metric)) best = { cell, seed, score };
    }
    if (!best) return undefined;
    const { cell, seed, score } = best;
    const test = open.fold.of(cell.digest).of(seed, "test");
    const architecture = open.look.answers(cell.digest, [seed]).get(seed) ?? "";
    return { cell: cell.name, seed, score, ...(!Number.isNaN(test) && { test }), architecture };
  }
}

function newMatrix(id: string, store: LiveStore, found: FoundDocument): LiveMatrix {
  const { document, changed } = found;
  return { id, store, found, ...(document && { document }), changed, cells: new Map() };
}
