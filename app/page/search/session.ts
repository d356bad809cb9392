/**
 * One search that goes on when it is asked to, a query at a time.
 *
 * @module
 */
import type { RunResult } from "../../../core/record/result.ts";
import type { Table } from "../../../core/table/table.ts";
import { openWith } from "../../browser/open.ts";
import { cellOf } from "./cells.ts";
import { Course } from "./course.ts";
import { manifestOf, pluginsOf, type Settings } from "./methods.ts";

/** What the page may take of the thread at a time, in milliseconds. */
const SLICE = 12;

export class Session {
  readonly settings: Settings;
  readonly course: Course;
  /** Names the run; what `evoke run` says for the same manifest. */
  readonly digest: string;
  /** There when the search is over. */
  result: RunResult | undefined;
  /** Those whose turn has not come. */
  #waiting: (() => void)[] = [];
  #arrived = () => {};
  /** What is under way, for all who ask for more meanwhile. */
  #going: Promise<void> | undefined;
  #failure: unknown;

  /** It is at its first turn when this is fulfilled. @throws EvokeError */
  static async open(settings: Settings, table: Table): Promise<Session> {
    const parts: { course?: Course } = {};
    const experiment = await openWith(
      manifestOf(settings),
      { tables: { "digits-201": table } },
      pluginsOf((decision) => parts.course?.decided(decision)),
    );
    const { space, digest } = experiment;
    const course = (parts.course = new Course((text) => cellOf(space.decode(text))));
    const session = new Session(settings, course, digest);
    await session.#begin((turn) => experiment.run(settings.seed, { onEvent: (event) => course.next(event), turn }));
    return session;
  }

  private constructor(settings: Settings, course: Course, digest: string) {
    this.settings = settings;
    this.course = course;
    this.digest = digest;
  }

  #begin(run: (turn: () => Promise<void>) => Promise<{ readonly result: RunResult }>): Promise<void> {
    const turn = () =>
      new Promise<void>((pass) => {
        this.#waiting.push(pass);
        this.#arrived();
      });
    return this.#untilNext(() =>
      run(turn).then(
        ({ result }) => {
          this.result = result;
          this.#arrived();
        },
        (error) => {
          this.#failure = error;
          this.#arrived();
        },
      ),
    );
  }

  /** Does what was proposed, up to the next proposal or the end. @throws what stopped the search */
  more(): Promise<void> {
    this.#going ??= this.#untilNext(() => {
      for (const pass of this.#waiting.splice(0)) pass();
    }).finally(() => {
      this.#going = undefined;
    });
    return this.#going;
  }

  async #untilNext(go: () => void): Promise<void> {
    if (this.result) return;
    await new Promise<void>((resolve) => {
      this.#arrived = resolve;
      go();
    });
    if (this.#failure) throw this.#failure;
  }

  /** Goes on until the condition holds, or to the end, in slices: a page stays as quick as it was. */
  async until(reached: () => boolean): Promise<void> {
    for (let began = performance.now(); !this.result && !reached(); ) {
      await this.more();
      if (performance.now() - began < SLICE) continue;
      await new Promise((resolve) => setTimeout(resolve, 0));
      began = performance.now();
    }
  }
}
