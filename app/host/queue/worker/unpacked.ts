/** A parcel that lies unpacked on this machine. @module */
import type { ExperimentFile } from "../../experiment.ts";
import type { Parcel } from "../parcel.ts";

export interface Unpacked {
  readonly sha256: string;
  readonly parcel: Parcel;
  /** The experiment, or the tabulation. */
  readonly source: ExperimentFile;
}
