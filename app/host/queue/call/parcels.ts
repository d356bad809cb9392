/** What a call sends its workers. @module */
import type { Opened } from "../../experiment.ts";

/** Content that is packed: the parcel, and all that it names. */
export interface Packed {
  /** Names the parcel in jobs. */
  readonly sha256: string;
}

/** Sends content to those who ask for it. */
export interface Parcels {
  pack(opened: Opened): Promise<Packed>;
  /** @returns the parcel's name */
  add(packed: Packed): string;
  /** @param fail  told when content is not any more what was packed */
  serve(call: string, fail: (error: Error) => void): Promise<void>;
  close(): Promise<void>;
}
