/** What plugins can ask for. @module */
import type { Engine } from "../engine/engine.ts";
import type { Rng } from "../random/rng.ts";
import type { Architecture } from "../space/architecture.ts";
import type { Tables } from "../table/table.ts";
import type { Trainer } from "../training/trainer.ts";
import type { WeightSharing } from "../training/weight-sharing.ts";
import type { Distance } from "./distance.ts";
import type { Objectives } from "./metric.ts";
import type { Processes } from "./processes.ts";
import type { Space } from "./space.ts";
import type { SubspaceGraph } from "./subspace-graph.ts";

/** Finished runs of other experiments, for `from-run`. */
export interface Runs {
  /**
   * The final centres of the run of this seed of another experiment.
   * @param experiment  a manifest, relative to the one that names it
   */
  centres(experiment: string, seed: number): Promise<readonly FinalCentre[]>;
  /** Checks the other experiment and adds its digest to this experiment's inputs. */
  open(experiment: string): Promise<void>;
}

/** A centre when its run had ended. */
export interface FinalCentre {
  /** In text. */
  readonly architecture: string;
  /** R(α), by the evaluator of that run; larger is better. */
  readonly score: number;
}

/** Files that a manifest names, or that lie beside a plugin, for plugins that begin with one. */
export interface Files {
  /**
   * The bytes of a file; not to be changed. Their SHA-256 becomes an input of the experiment, on which its digest depends.
   * @param path  one that the manifest names, relative to it; or a file of the plugin's own as a URL, relative to the
   *              plugin's module: `new URL("./weights.npz", import.meta.url)`
   * @param kind  what it is; left out, a file of at most 256 MB
   * @throws EvokeError CANNOT_READ, FILE_TOO_LARGE
   */
  read(path: string | URL, kind?: FileKind): Promise<Uint8Array>;
  /** Whether a file that was read is another one by now, or gone. */
  changed(path: string | URL): Promise<boolean>;
}

/** What a file is to be. */
export interface FileKind {
  /** For errors: "the predictor". */
  readonly what: string;
  /** Bytes: far above what such a file has. Who needs more can raise it, by EVOKE_LARGEST_FILE in the environment. */
  readonly most: number;
}

/** Writing files, for observers. Paths are relative to the experiment's results. */
export interface Output {
  /** Replaces the file as one step: a reader, or a kill, sees the old one or the new one. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /**
   * Begins a file that grows, however much comes: it is there once it is finished. Gzipped if its name ends with ".gz".
   * @throws EvokeError CANNOT_WRITE
   */
  begin(path: string): GrowingFile;
}

/** A file that is not there yet. */
export interface GrowingFile {
  /** Adds to its end. @throws EvokeError CANNOT_WRITE; what was written of it is then removed */
  add(text: string): void;
  /** It is complete: puts it in its place as one step, and is fulfilled when it is safe. @throws EvokeError CANNOT_WRITE */
  finish(): Promise<void>;
  /** It is given up, unless it is finished: nothing is left of it. */
  discard(): void;
}

/** Where progress is shown. */
export interface Terminal {
  /** True if lines can be rewritten in place. */
  readonly interactive: boolean;
  /** Columns, for interactive ones. */
  readonly columns: number;
  write(text: string): void;
}

/** What a plugin can ask for in `needs`. A missing one is an error at composition. */
export interface Dependencies {
  /** The space that the manifest chose. */
  space: Space;
  /** The distance that the manifest chose; "hamming" if it chose none. */
  distance: Distance;
  /** The candidate subspaces of this run, their centres with scores, and edges; missing where the manifest has no "subspaces". */
  subspaces: SubspaceGraph;
  /** This instance's own random stream; never call `Math.random`. */
  rng: Rng;
  /** The run's seed. */
  seed: number;
  /** The training epochs that the evaluator can measure after, ascending, two at least; missing where it has one. */
  fidelities: readonly number[];
  /** The same, also where there is one alone: the full one, and before it the lower ones, if there are any. */
  allFidelities: readonly number[];
  /** What the architectures of this run can be judged by beside the reward. */
  objectives: Objectives;
  /** Whether the limits of the manifest let an architecture be a centre, or the answer; always, where it has none. */
  feasible: (architecture: Architecture) => boolean;
  /** Training by shared weights; missing where the manifest has no "sharedWeights". */
  sharedWeights: WeightSharing;
  /** A differentiable engine of this instance's own (core/engine). */
  engine: Engine;
  /** Benchmark tables by name or file. */
  tables: Tables;
  /** Reads files, relative to the manifest or beside the plugin; their SHA-256 is in the digest. */
  files: Files;
  /** Trains networks for real. */
  trainer: Trainer;
  /** Starts programs, and ends them with Evoke. */
  processes: Processes;
  /** Finished runs of other experiments. */
  runs: Runs;
  /** Writes files into the results folder, at once or as they grow. */
  output: Output;
  /** Where progress is shown. */
  terminal: Terminal;
  /** Milliseconds from an arbitrary moment, for rates and ETA only. */
  clock: () => number;
}
/** The name of one. */
export type Dependency = keyof Dependencies;
/** The names of all of them. */
export const DEPENDENCIES: readonly Dependency[] = [
  ...([
    "space",
    "distance",
    "subspaces",
    "rng",
    "seed",
    "fidelities",
    "allFidelities",
    "objectives",
    "feasible",
    "sharedWeights",
    "engine",
  ] as const),
  ...(["tables", "files", "trainer", "processes", "runs", "output", "terminal", "clock"] as const),
];
