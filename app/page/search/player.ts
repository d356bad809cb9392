/**
 * Which search is shown, how far it is, and how it goes on.
 *
 * @module
 */
import type { Table } from "../../../core/table/table.ts";
import type { Moment } from "./course.ts";
import { METHOD_NAMES, type Settings } from "./methods.ts";
import { Session } from "./session.ts";

export type Stride = "line" | "query" | "end";

/** How fast it runs by itself. */
export const SPEEDS = [
  { title: "1 line a second", stride: "line", pause: 1000 },
  { title: "4 lines a second", stride: "line", pause: 250 },
  { title: "5 queries a second", stride: "query", pause: 200 },
  { title: "50 queries a second", stride: "query", pause: 20 },
] as const satisfies readonly { readonly title: string; readonly stride: Stride; readonly pause: number }[];

export class Player {
  readonly table: Table;
  session: Session | undefined;
  /** The moment of the session that is shown. */
  position = 0;
  playing = false;
  speed = 1;
  failure: string | undefined;
  /** The other methods' searches of the same seed, as far as they are. */
  others: readonly Session[] = [];
  readonly #changed: () => void;
  /** Those of the last start, which others before it may still be on the way to. */
  #wanted: Settings | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Searches that are over, for settings that come again. */
  readonly #over = new Map<string, Session>();

  /** @param changed  told when there is something else to be shown */
  constructor(table: Table, changed: () => void) {
    this.table = table;
    this.#changed = changed;
  }

  get moment(): Moment | undefined {
    return this.session?.course.moments[this.position];
  }

  get atEnd(): boolean {
    return this.moment?.line === "5";
  }

  /** Begins another search, and stands at its first line. */
  async start(settings: Settings): Promise<void> {
    this.pause();
    this.failure = undefined;
    this.#wanted = settings;
    await this.#guarded(async () => {
      const session = await Session.open(settings, this.table);
      await session.until(() => session.course.moments.length > 0);
      if (this.#wanted !== settings) return;
      this.session = session;
      this.position = 0;
      this.others = [];
      this.#changed();
      await this.#compare(session);
    });
  }

  async step(stride: Stride): Promise<void> {
    const { session, position } = this;
    if (!session) return;
    await this.#guarded(async () => {
      const { moments } = session.course;
      const wanted = () => {
        if (stride === "line") return position + 1 < moments.length ? position + 1 : undefined;
        const next = moments.findIndex(({ line }, at) => at > position && (line === "5" || (stride === "query" && line === "4e")));
        return next < 0 ? undefined : next;
      };
      await session.until(() => wanted() !== undefined);
      if (session !== this.session) return;
      this.position = wanted() ?? moments.length - 1;
      if (this.atEnd) this.pause();
      this.#changed();
    });
  }

  /** Shows a moment that has been. */
  show(position: number): void {
    this.pause();
    this.position = position;
    this.#changed();
  }

  play(): void {
    if (this.playing) return;
    if (this.atEnd) this.position = 0;
    this.playing = true;
    this.#changed();
    const tick = async () => {
      const { stride, pause } = SPEEDS[this.speed]!;
      await this.step(stride);
      if (this.playing) this.#timer = setTimeout(tick, pause);
    };
    void tick();
  }

  pause(): void {
    this.playing = false;
    clearTimeout(this.#timer);
    this.#changed();
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.#changed();
  }

  /** Runs the other methods beside the session, until another one is shown. */
  async #compare(session: Session): Promise<void> {
    const { method } = session.settings;
    for (const other of METHOD_NAMES.filter((name) => name !== method)) {
      const settings = { ...session.settings, method: other };
      const key = keyOf(settings);
      const found = this.#over.get(key) ?? (await Session.open(settings, this.table));
      await found.until(() => this.session !== session);
      if (this.session !== session) return;
      this.#over.set(key, found);
      this.others = [...this.others, found];
      this.#changed();
    }
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      this.pause();
    }
  }
}

function keyOf({ method, seed, subspaces, radius }: Settings): string {
  return JSON.stringify(method === "ase-nas" ? [method, seed, subspaces, radius] : [method, seed]);
}
