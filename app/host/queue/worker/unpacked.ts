/** A parcel that lies unpacked on this machine. @module */
import type { OpenedParcel } from "../parcels/unpack.ts";

export interface Unpacked extends OpenedParcel {
  /** The parcel's. */
  readonly sha256: string;
}
