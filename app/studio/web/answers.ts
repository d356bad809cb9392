/**
 * The answers to requests, by path. What is asked for is looked up among what is known; nothing of a request names a file.
 * Statistics and figures are made once for each state of a store, however many pages ask.
 *
 * @module
 */
import type { MatrixCell } from "../../host/store/matrix-document.ts";
import {
  type CellView,
  type Compared,
  type Coordinates,
  type FiguresView,
  type Importance,
  type MatrixView,
  PATHS,
  type Page,
  RUN_SORTS,
  type RunLine,
  type RunView,
  TRIAL_SORTS,
  type Trial,
  type TrialLine,
} from "../api.ts";
import type { OpenStore } from "../live/live-store.ts";
import type { Studio } from "../live/studio.ts";
import { Aggregates } from "../read/aggregated.ts";
import { architecturesOf, type MeasuredArchitectures } from "../read/architectures.ts";
import { cellView } from "../read/cell.ts";
import { comparedSides, type SideWanted } from "../read/compare.ts";
import { coordinatesOf, importanceOf } from "../read/coordinates.ts";
import { figuresView } from "../read/figures.ts";
import { type CellPlace, cellOf, type KnownMatrix, type MatrixSoFar, matrixSoFar, matrixView, progressOf } from "../read/matrix.ts";
import { Recent } from "../read/recent.ts";
import { folderOf, runView } from "../read/run.ts";
import { runsPage } from "../read/runs.ts";
import { drawing } from "../read/spaces.ts";
import { trialOf, trialsPage } from "../read/trials.ts";
import { type Parameters, Refusal } from "./parameters.ts";

const STATES = ["finished", "running", "stopped", "waiting"] as const;
const TRIAL_STATES = ["measured", "rejected", "stopped-early"] as const;
/** Statistics, and what is made of them, that are kept. */
const KEPT = 16;

export class Answers {
  readonly #studio: Studio;
  readonly #aggregates = new Aggregates();
  readonly #made = new Recent<string, { readonly store: OpenStore; readonly version: number; readonly made: Promise<unknown> }>(KEPT);

  constructor(studio: Studio) {
    this.#studio = studio;
  }

  /** By path, as JSON. */
  get json(): Readonly<Record<string, (parameters: Parameters) => object | Promise<object>>> {
    return {
      [PATHS.overview]: () => this.#studio.overview(),
      [PATHS.matrix]: (parameters) => this.#matrixView(parameters),
      [PATHS.figures]: (parameters) => this.#figures(parameters),
      [PATHS.cell]: (parameters) => this.#cell(parameters),
      [PATHS.runs]: (parameters) => this.#runs(parameters),
      [PATHS.run]: (parameters) => this.#run(parameters),
      [PATHS.trials]: (parameters) => this.#trials(parameters),
      [PATHS.trial]: (parameters) => this.#trial(parameters),
      [PATHS.compare]: (parameters) => this.#compare(parameters),
      [PATHS.coordinates]: (parameters) => this.#coordinates(parameters),
      [PATHS.importance]: (parameters) => this.#importance(parameters),
    };
  }

  /** Makes the statistics of what changed last, which a page is likely to ask for first. */
  async warm(): Promise<void> {
    const [matrix] = this.#studio.stores.flatMap(({ matrices }) => matrices).sort((a, b) => b.changed - a.changed);
    const open = matrix?.store.open;
    if (matrix?.document && open) await this.#soFar(matrix as KnownMatrix, open).catch(() => {}); // whoever asks is told
  }

  /** @throws Refusal where there is no drawing */
  async drawing(parameters: Parameters): Promise<string> {
    const { cell } = this.#place(parameters);
    const svg = await drawing(cell, parameters.text("architecture"));
    if (svg === undefined) throw new Refusal(404, "NOT_FOUND", "There is no drawing of it.");
    return svg;
  }

  async #matrixView(parameters: Parameters): Promise<MatrixView> {
    const { matrix, store } = this.#matrix(parameters);
    return matrixView(matrix, await this.#soFar(matrix, store));
  }

  async #figures(parameters: Parameters): Promise<FiguresView> {
    const { matrix, store } = this.#matrix(parameters);
    return this.#once(`figures ${matrix.id}`, matrix, store, async () => ({
      figures: await figuresView(matrix, await this.#soFar(matrix, store)),
    }));
  }

  async #cell(parameters: Parameters): Promise<CellView> {
    const { matrix, store, cell } = this.#place(parameters);
    return cellView(matrix, cell, store, await this.#soFar(matrix, store));
  }

  #runs(parameters: Parameters): Page<RunLine> {
    const { matrix, store, cell } = this.#place(parameters);
    const wanted = { ...parameters.page(RUN_SORTS), state: parameters.choice("state", STATES) };
    return runsPage(matrix.document, cell, store, progressOf(matrix, cell.name).state === "running", wanted);
  }

  #run(parameters: Parameters): Promise<RunView> {
    const { matrix, store, cell } = this.#place(parameters);
    return runView(matrix, cell, this.#seed(matrix, parameters), store, (cell, architecture) => drawingPath(matrix, cell, architecture));
  }

  #trials(parameters: Parameters): Promise<Page<TrialLine>> {
    const { matrix, store, cell } = this.#place(parameters);
    const wanted = { ...parameters.page(TRIAL_SORTS), state: parameters.choice("state", TRIAL_STATES), text: parameters.optional("text") };
    return trialsPage({ cell, seed: this.#seed(matrix, parameters), folder: folderOf(matrix) }, store, wanted);
  }

  async #trial(parameters: Parameters): Promise<Trial> {
    const { matrix, store, cell } = this.#place(parameters);
    const place = { cell, seed: this.#seed(matrix, parameters), folder: folderOf(matrix) };
    const found = await trialOf(place, store, parameters.integer("place"), (architecture) => drawingPath(matrix, cell, architecture));
    if (!found) throw new Refusal(404, "NOT_FOUND", "There is no such evaluation.");
    return found;
  }

  #compare(parameters: Parameters): Promise<Compared> {
    const side = (suffix: "" | "2"): SideWanted => {
      const place = this.#place(parameters, suffix);
      const { matrix, store, cell } = place;
      const seed = this.#optionalSeed(matrix, parameters, suffix);
      const soFar = this.#aggregates.of(matrix.document, cell, store);
      return { ...place, seed, soFar, drawingPath: (cell, architecture) => drawingPath(matrix, cell, architecture) };
    };
    return comparedSides([side(""), side("2")]);
  }

  async #coordinates(parameters: Parameters): Promise<Coordinates> {
    return coordinatesOf(this.#place(parameters).cell, await this.#architectures(parameters));
  }

  #importance(parameters: Parameters): Promise<Importance> {
    const { matrix, store, cell } = this.#place(parameters);
    const name = `importance ${matrix.id}\0${cell.name}\0${parameters.optional("seed") ?? ""}`;
    return this.#once(name, matrix, store, async () => importanceOf(await this.#architectures(parameters)));
  }

  #architectures(parameters: Parameters): Promise<MeasuredArchitectures> {
    const { matrix, store, cell } = this.#place(parameters);
    const seed = this.#optionalSeed(matrix, parameters, "");
    const name = `architectures ${matrix.id}\0${cell.name}\0${seed ?? ""}`;
    return this.#once(name, matrix, store, () =>
      architecturesOf({ cell, seed, seeds: matrix.document.seeds, folder: folderOf(matrix) }, store),
    );
  }

  #matrix(parameters: Parameters, suffix = ""): { readonly matrix: KnownMatrix; readonly store: OpenStore } {
    const matrix = this.#studio.matrix(parameters.text(`matrix${suffix}`));
    if (!matrix) throw new Refusal(404, "NOT_FOUND", "There is no such matrix.");
    if (!matrix.document) throw new Refusal(503, matrix.found.problem!.code, matrix.found.problem!.message);
    const { open, problem } = matrix.store;
    if (!open) throw new Refusal(503, problem?.code ?? "STORE_UNAVAILABLE", problem?.message ?? "The store is not open.");
    return { matrix: matrix as KnownMatrix, store: open };
  }

  #place(parameters: Parameters, suffix = ""): CellPlace {
    const found = this.#matrix(parameters, suffix);
    const cell = cellOf(found.matrix.document, parameters.text(`cell${suffix}`));
    if (!cell) throw new Refusal(404, "NOT_FOUND", "The matrix has no such cell.");
    return { ...found, cell };
  }

  #seed({ document }: KnownMatrix, parameters: Parameters): number {
    const { first, count } = document.seeds;
    return parameters.integer("seed", first, first + count - 1);
  }

  #optionalSeed({ document }: KnownMatrix, parameters: Parameters, suffix: string): number | undefined {
    const { first, count } = document.seeds;
    return parameters.optionalInteger(`seed${suffix}`, first, first + count - 1);
  }

  #soFar(matrix: KnownMatrix, store: OpenStore): Promise<MatrixSoFar> {
    return this.#once(`statistics ${matrix.id}`, matrix, store, () => matrixSoFar(matrix, store, this.#aggregates));
  }

  /** Makes it anew only after something has changed in the store. */
  #once<T>(name: string, { store: { version } }: KnownMatrix, store: OpenStore, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(name);
    if (known?.store === store && known.version === version) return known.made as Promise<T>;
    const made = make();
    this.#made.set(name, { store, version, made });
    made.catch(() => {}); // whoever asked is told
    return made;
  }
}

function drawingPath(matrix: KnownMatrix, cell: MatrixCell, architecture: string): string {
  return `${PATHS.drawing}?${new URLSearchParams({ matrix: matrix.id, cell: cell.name, architecture })}`;
}
