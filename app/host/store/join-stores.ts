/**
 * Joins stores: finished runs, the journals of runs that are not finished, and evaluations that runs share. Rows are
 * copied as they are, with their checksums. All is one transaction of the store that they come into: a merge that is
 * killed, or that finds what does not fit, has changed nothing. Of a store with damaged pages comes what is intact.
 *
 * @module
 */
import { EvokeError, runsDiffer, storeDamaged } from "../../../core/errors/index.ts";
import { AskedStore } from "./asked-store.ts";
import { aroundDamage, type Columns, StoreDatabase } from "./database.ts";
import { EvaluationStore } from "./evaluation-store.ts";
import { intactRun, RUN_COLUMNS, type RunRow, trajectoryText } from "./run-store.ts";
import { openSource, type SourceStore } from "./salvage/salvaged.ts";

/** What has come of a store. */
export interface JoinedStore {
  readonly file: string;
  /** Finished runs that were not there yet. */
  readonly runs: number;
  /** Finished runs that were there already, and are the same. */
  readonly known: number;
  /** Journals of runs that are not finished. */
  readonly journals: number;
  /** Evaluations that runs share, and were not there yet. */
  readonly shared: number;
  /** Shared evaluations that were there already and came out otherwise: the first is kept. */
  readonly otherwise: number;
  /** Runs that are not as they were written, or that are lost: they were left out. */
  readonly damaged: readonly DamagedRun[];
  /** Whether pages of the file are damaged, so that there may have been runs in it that nobody knows of. */
  readonly pagesDamaged: boolean;
}

export interface DamagedRun {
  readonly digest: string;
  readonly seed: number;
}

/** A run, among all experiments. */
interface Place {
  readonly digest: string;
  readonly seed: number;
}

const PAGE = 100;
/** Characters of a difference that are shown. */
const SHOWN = 200;

/**
 * @param files  those that are empty, since the call that made them was ended too early, have nothing to give
 * @param into  the file that gets what the others have; it is made if it is not there
 * @param nameOf  what people call an experiment, by its digest
 * @param beginning  told of each store before it is read
 * @throws EvokeError RUNS_DIFFER if a run is not the same in two of them, but for seconds; and what opening a store throws
 */
export async function joinStores(
  files: readonly string[],
  into: string,
  nameOf: (digest: string) => string,
  beginning: (file: string) => void = () => {},
): Promise<JoinedStore[]> {
  const sources: SourceStore[] = [];
  try {
    for (const file of files) {
      const source = await openSource(file).catch((error: unknown) => {
        if (error instanceof EvokeError && error.code === "STORE_EMPTY") return undefined;
        throw error;
      });
      if (source) sources.push(source);
    }
    const target = await StoreDatabase.open(into, "write");
    try {
      const joined: JoinedStore[] = [];
      target.guarded(() =>
        target.transaction(() => {
          for (const [i, source] of sources.entries()) {
            beginning(source.database.file);
            joined.push(new Join(source, target, sources.slice(0, i), nameOf).done());
          }
        }),
      );
      return joined;
    } finally {
      target.close();
    }
  } finally {
    for (const { database } of sources) database.close();
  }
}

/** What one store gives to another. */
class Join {
  readonly #from: StoreDatabase;
  readonly #lost: SourceStore["lost"];
  readonly #into: StoreDatabase;
  /** Those that were joined before. */
  readonly #earlier: readonly StoreDatabase[];
  readonly #nameOf: (digest: string) => string;
  readonly #damaged: DamagedRun[];

  constructor({ database, lost }: SourceStore, into: StoreDatabase, earlier: readonly SourceStore[], nameOf: (digest: string) => string) {
    [this.#from, this.#lost, this.#into, this.#nameOf] = [database, lost, into, nameOf];
    this.#earlier = earlier.map(({ database }) => database);
    this.#damaged = [...(lost ?? [])];
  }

  done(): JoinedStore {
    const runs = this.#runs();
    const shared = this.#from.keepsEvaluations ? this.#shared() : { shared: 0, otherwise: 0 };
    return {
      file: this.#from.file,
      ...runs,
      journals: this.#journals(),
      ...shared,
      damaged: this.#damaged,
      pagesDamaged: this.#lost !== undefined,
    };
  }

  #runs(): Pick<JoinedStore, "runs" | "known"> {
    let [runs, known] = [0, 0];
    for (const row of runsOf(this.#from)) {
      const { digest, seed } = row;
      if (!intactRun(digest, row)) {
        this.#damaged.push({ digest, seed });
        continue;
      }
      const there = runOf(this.#into, row);
      if (there && intactRun(digest, there)) {
        this.#compare(row, there);
        known++;
        continue;
      }
      this.#into.write("INSERT OR REPLACE INTO runs (digest, seed, result, trajectory, wall_seconds, checksum) VALUES (?, ?, ?, ?, ?, ?)", [
        [digest, seed, row.result, Buffer.from(row.trajectory), row.wall_seconds, Buffer.from(row.checksum)],
      ]);
      this.#takeJournal(row);
      runs++;
    }
    return { runs, known };
  }

  /** @throws EvokeError RUNS_DIFFER */
  #compare(row: RunRow & Place, there: RunRow): void {
    const difference = differenceOf(row, there);
    if (difference === undefined) return;
    const has = (store: StoreDatabase) => {
      const other = runOf(store, row);
      return other && intactRun(row.digest, other) && differenceOf(other, there) === undefined;
    };
    const first = this.#earlier.find(has) ?? this.#into;
    throw runsDiffer([first.file, this.#from.file], row.seed, this.#nameOf(row.digest), row.digest, difference);
  }

  /** Of the runs that are finished nowhere yet, the longer journal counts. */
  #journals(): number {
    if (!this.#from.keepsEvaluations) return 0;
    let count = 0;
    for (const place of journalsOf(this.#from)) {
      if (runOf(this.#into, place)) continue;
      const { digest, seed } = place;
      const length = (store: StoreDatabase) => new EvaluationStore(store).journal(digest, seed).length;
      if (length(this.#from) <= length(this.#into)) continue;
      this.#takeJournal(place);
      count++;
    }
    return count;
  }

  /** Puts the journal of a run, and what was asked of it, in the place of those that are there. */
  #takeJournal({ digest, seed }: Place): void {
    for (const table of ["evaluations", "asked"]) this.#into.write(`DELETE FROM ${table} WHERE digest = ? AND seed = ?`, [[digest, seed]]);
    if (!this.#from.keepsEvaluations) return;
    new EvaluationStore(this.#into).add(digest, seed, new EvaluationStore(this.#from).journal(digest, seed));
    const asked = new AskedStore(this.#into);
    for (const one of new AskedStore(this.#from).of(digest, seed)) asked.keep(digest, seed, one);
  }

  #shared(): Pick<JoinedStore, "shared" | "otherwise"> {
    const [from, into] = [new EvaluationStore(this.#from), new EvaluationStore(this.#into)];
    let [shared, otherwise] = [0, 0];
    for (const { key } of sharedOf(this.#from)) {
      const one = from.shared(key);
      if (!one) continue; // not as it was written: it is done again where it is wanted
      const there = into.shared(key);
      if (!there) {
        into.share(one);
        shared++;
      } else if (withoutSeconds(there.evaluated) !== withoutSeconds(one.evaluated)) otherwise++;
    }
    return { shared, otherwise };
  }
}

function runOf(store: StoreDatabase, { digest, seed }: Place): RunRow | undefined {
  return store.rows(RUN_COLUMNS, "FROM runs WHERE digest = ? AND seed = ?", digest, seed)[0];
}

/** All runs, some at a time. */
function* runsOf(store: StoreDatabase): Generator<RunRow & Place> {
  for (let last: Place = { digest: "", seed: -1 }; ; ) {
    const rest = `FROM runs WHERE (digest, seed) > (?, ?) ORDER BY digest, seed LIMIT ${PAGE}`;
    const page = store.rows<RunRow & Place>({ digest: "text", ...RUN_COLUMNS }, rest, last.digest, last.seed);
    yield* page;
    if (page.length < PAGE) return;
    const next = page.at(-1)!;
    if (next.digest < last.digest) throw storeDamaged(store.file, "its index is not in order", aroundDamage(store.file));
    last = next;
  }
}

const PLACE: Columns<Place> = { digest: "text", seed: "integer" };

/** The runs that have a journal, or of which something was asked. */
function journalsOf(store: StoreDatabase): Place[] {
  const both = "SELECT digest, seed FROM evaluations UNION SELECT digest, seed FROM asked";
  return store.rows(PLACE, `FROM (${both}) AS places ORDER BY places.digest, places.seed`);
}

function sharedOf(store: StoreDatabase): { readonly key: string }[] {
  return store.rows<{ key: string }>({ key: "text" }, "FROM shared ORDER BY shared.key");
}

/** What is not the same in two runs, but for seconds; undefined if they are equal. */
function differenceOf(one: RunRow, other: RunRow): string | undefined {
  if (one.result === other.result && Buffer.from(one.trajectory).equals(Buffer.from(other.trajectory))) return undefined;
  const [a, b] = [partsOf(one), partsOf(other)];
  const part = Object.keys({ ...a, ...b }).find((name) => a[name] !== b[name]);
  if (part === undefined) return undefined;
  const [first, second] = [b, a].map((parts) => parts[part] ?? "none");
  return first!.length + second!.length > SHOWN ? `its ${part}` : `its ${part} is ${first} in one and ${second} in the other`;
}

/** The parts of a run in text, by name, without seconds. */
function partsOf(row: RunRow): Readonly<Record<string, string>> {
  const { best, ...more } = JSON.parse(row.result) as { best: object };
  const course = JSON.parse(trajectoryText(row)) as object;
  return Object.fromEntries(Object.entries({ ...best, ...more, course }).map(([name, value]) => [name, withoutSeconds(value)]));
}

/** JSON without what was measured by a clock. */
function withoutSeconds(value: unknown): string {
  return JSON.stringify(value, (key, member) => (key === "seconds" ? undefined : member));
}
