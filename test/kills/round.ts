/**
 * One shape of all tests of kills: a call is killed at random moments and made again, until it has come to its end; then its
 * folder must be the same as after a call that nobody has killed.
 *
 * @module
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Rng, randomStream } from "../../core/random/rng.ts";
import { type Called, called, type Kill } from "./called.ts";
import { type Contents, contentsIn, differencesOf, keptEvaluations, lossesOf, withoutEvaluations } from "./contents.ts";
import { LOG, type Scenario } from "./scenarios.ts";

/** What was seen of a round; JSON. */
export interface Round {
  readonly scenario: string;
  readonly round: number;
  readonly kills: readonly KillSeen[];
  /** What must not be, a line each. */
  readonly faults: readonly string[];
}

interface KillSeen extends Kill {
  /** Its exit status, or the signal that has ended it. */
  readonly ended: string;
  /** Milliseconds from the signal to the end. */
  readonly ending: number;
}

/** The most kills of a round; then the call is left alone. */
const MOST = 4;
/** Milliseconds: after a change of a file, so that parts of what is written then are cut off; and between two calls at once. */
const [SOON, APART] = [4, 400];

export class Prepared {
  readonly scenario: Scenario;
  readonly #folder: string;
  readonly #template: string;
  #undisturbed: { readonly contents: Contents; readonly milliseconds: number; readonly changes: number } | undefined;

  /** @param folder  for all folders of this scenario */
  constructor(scenario: Scenario, folder: string) {
    this.scenario = scenario;
    // Every call is made in one folder, since there are paths in what is kept.
    [this.#folder, this.#template] = [join(folder, "work"), join(folder, "template")];
  }

  /** @param seed  of everything that is drawn, together with the number of the round */
  async round(seed: number, round: number): Promise<Round> {
    const { name, call, together = 1 } = this.scenario;
    const expected = (this.#undisturbed ??= await this.#prepare());
    this.#restore();
    const rng = randomStream(seed, `/${name}/${round}`);
    const [kills, faults]: [KillSeen[], string[]] = [[], []];
    let kept: Contents = new Map();
    let logged = 0;
    for (let most = 1 + rng.below(MOST), over = false; !over && faults.length === 0; ) {
      const last = kills.length >= most;
      const drawn = Array.from({ length: together }, (_, i) =>
        last || (i > 0 && rng.below(3) === 0) ? undefined : drawKill(rng, expected.milliseconds, expected.changes),
      );
      const calls = await Promise.all(
        drawn.map(async (kill, i) => {
          await pause(i * rng.below(APART));
          return called(this.#folder, call, kill);
        }),
      );
      for (const [i, one] of calls.entries()) {
        const kill = drawn[i];
        faults.push(...faultsOf(one, kill));
        if (kill && !one.early) kills.push({ ...kill, ended: `${one.signal ?? one.status}`, ending: Math.round(one.ending) });
      }
      over = calls.every(({ early, status }) => early && status === 0);
      const now = await contentsIn(this.#folder);
      faults.push(...lossesOf(kept, now), ...this.#begunAgain(keptEvaluations(kept), logged));
      [kept, logged] = [now, this.#log().length];
    }
    // Of calls that end in the same moment, each may leave SQLite's log to the other: the next call sees to it.
    const left = (contents: Contents) => (together > 1 ? new Map([...contents].filter(([path]) => !/-(wal|shm)$/.test(path))) : contents);
    const compared = (contents: Contents) => left(existsSync(join(this.#folder, LOG)) ? contents : withoutEvaluations(contents));
    if (faults.length === 0) faults.push(...differencesOf(compared(kept), compared(expected.contents)), ...this.#begunOften(kills.length));
    if (faults.length > 0) cpSync(this.#folder, join(dirname(this.#folder), `fault-${round}`), { recursive: true });
    return { scenario: name, round, kills, faults };
  }

  async #prepare() {
    const { name, files, before = [], call } = this.scenario;
    mkdirSync(this.#folder, { recursive: true });
    for (const [path, content] of Object.entries(files))
      writeFileSync(join(this.#folder, path), typeof content === "string" ? content : JSON.stringify(content));
    const make = async (args: readonly string[]) => {
      const made = await called(this.#folder, args);
      if (made.status !== 0) throw new Error(`${name}: evoke ${args.join(" ")} ended with ${made.status}: ${made.stderr}`);
      return made;
    };
    for (const args of before) await make(args);
    cpSync(this.#folder, this.#template, { recursive: true });
    const { milliseconds, changes } = await make(call);
    return { contents: await contentsIn(this.#folder), milliseconds, changes };
  }

  #restore(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    cpSync(this.#template, this.#folder, { recursive: true });
  }

  /** The lines of what programs have begun and ended. */
  #log(): string[] {
    const file = join(this.#folder, LOG);
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  }

  #begunAgain(kept: ReadonlySet<string>, logged: number): string[] {
    const again = this.#log()
      .slice(logged)
      .filter((line) => line.startsWith("begin ") && kept.has(line.slice("begin ".length)));
    return again.map((line) => `${line}, though it was kept`);
  }

  /** Each kill may cut off what is under way, once. */
  #begunOften(kills: number): string[] {
    const times = new Map<string, number>();
    for (const line of this.#log()) if (line.startsWith("begin ")) times.set(line, (times.get(line) ?? 0) + 1);
    return [...times].flatMap(([line, count]) => (count > kills + 1 ? `${line} ${count} times, with ${kills} kills` : []));
  }
}

/** Half of them at any time of an undisturbed call, half where something is written. */
function drawKill(rng: Rng, milliseconds: number, changes: number): Kill {
  const signal = rng.below(5) < 3 ? "SIGKILL" : "SIGTERM";
  if (rng.below(2) === 0) return { signal, changes: 0, after: Math.round(rng.next() * milliseconds) };
  return { signal, changes: 1 + rng.below(Math.max(1, changes)), after: rng.below(SOON) };
}

/** Whether a call has ended as it must. */
function faultsOf({ status, signal, early, ending, stderr, survivors }: Called, kill: Kill | undefined): string[] {
  const faults = survivors.map((line) => `it is outlived by ${line}`);
  const ended = signal ?? status;
  const fine: readonly unknown[] = early || !kill ? [0] : kill.signal === "SIGKILL" ? ["SIGKILL"] : [130, "SIGTERM", 0];
  if (!fine.includes(ended))
    faults.push(`after ${early || !kill ? "no signal" : `${kill.signal} and ${Math.round(ending)} ms`} it ended with ${ended}: ${stderr}`);
  return faults;
}
