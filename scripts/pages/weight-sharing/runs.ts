/**
 * Runs of a matrix of searches by weight sharing, from the spreadsheets of its report.
 *
 * @module
 */
import type { ReportDocument } from "../../../app/report/document.ts";
import { grouped } from "../../../core/json/grouped.ts";
import { spreadsheet } from "../matrices.ts";

export interface Epoch {
  /** Mean loss of the weights' steps, in nats. */
  readonly loss: number;
  /** Mean entropy of the operations of an edge, in nats. */
  readonly entropy: number;
  /** Of the edges of the architecture that the probabilities come to, the share whose operation is without weights. */
  readonly parameterFree: number;
  /** The largest eigenvalue of ∇²_α of the validation loss; NaN where it was not measured. */
  readonly curvature: number;
}

export interface Run {
  readonly seed: number;
  /** The cell that was found. */
  readonly architecture: string;
  /** Its test accuracy in percent, as the matrix reports it. */
  readonly test: number;
  /** Wall seconds of the search. */
  readonly seconds: number;
  /** None where nothing was trained. */
  readonly epochs: readonly Epoch[];
  /** Cells that were drawn uniformly, with their accuracies by the shared weights in percent. */
  readonly ranked: readonly { readonly architecture: string; readonly accuracy: number }[];
}

/** By variant, in the order of the seeds. */
export type Runs = ReadonlyMap<string, readonly Run[]>;

/** All runs that are complete. */
export function runsOf({ name }: ReportDocument): Runs {
  const epochs = mapped(spreadsheet(name, "weights.csv"), key);
  const ranked = mapped(spreadsheet(name, "ranked.csv"), key);
  const runs = spreadsheet(name, "runs.csv").map((line) => ({
    variant: line.cell!,
    seed: Number(line.seed),
    architecture: line.architecture!,
    test: Number(line.test),
    seconds: Number(line.seconds),
    epochs: (epochs.get(key(line)) ?? []).map(({ loss, entropy, parameter_free, curvature }) => ({
      loss: Number(loss),
      entropy: Number(entropy),
      parameterFree: Number(parameter_free),
      curvature: curvature === "" ? Number.NaN : Number(curvature),
    })),
    ranked: (ranked.get(key(line)) ?? []).map(({ architecture, accuracy }) => ({
      architecture: architecture!,
      accuracy: Number(accuracy),
    })),
  }));
  return mapped(
    runs.toSorted((a, b) => a.seed - b.seed),
    ({ variant }) => variant,
  );
}

/** Values by a key, each in the order that they had. */
function mapped<V>(values: readonly V[], keyOf: (value: V) => string): Map<string, V[]> {
  return new Map(grouped(values, keyOf).map((group) => [keyOf(group[0]!), group]));
}

const key = ({ cell, seed }: Readonly<Record<string, string>>) => `${cell} ${seed}`;
