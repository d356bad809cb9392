/**
 * A parcel: all that an experiment consists of, by content, so that it can be composed on another machine. It is a JSON
 * text, and content itself: its SHA-256 names it in jobs.
 *
 * Files keep their places towards each other: they lie under one root, where the manifest has a folder. All cells of a
 * matrix that read the same files have one list of them, which is content too. Files that the manifest names by an
 * absolute path are each machine's own, and do not travel; their content is compared by the digest.
 *
 * @module
 */

/** Bytes, by their SHA-256 in hexadecimal. */
export interface Content {
  readonly sha256: string;
  readonly bytes: number;
}

export interface ParcelFile extends Content {
  /** Under the root, with /; no part of it is "..". */
  readonly path: string;
  /** What it is for: code is run only by workers that trust; what a program is given is taken from the worker's own folder where it has one. */
  readonly use: "code" | "command" | "data";
  /** Whether it may be executed. */
  readonly executable?: true;
}

/** A name by which code finds other code, as package managers make them. Both are paths under the root. */
export interface ParcelLink {
  readonly path: string;
  readonly to: string;
}

/** Files under one root; a JSON text. */
export interface ParcelTree {
  /** The manifest's folder, under the root, with /; "" is the root. */
  readonly folder: string;
  /** In the order of their paths, as the links are. */
  readonly files: readonly ParcelFile[];
  readonly links: readonly ParcelLink[];
}

export interface Parcel {
  /** Of this form. */
  readonly parcel: 1;
  /** The version of Evoke. */
  readonly evoke: string;
  /** The digest that the experiment, or the tabulation, has where the call is. */
  readonly digest: string;
  /** Of a fit it is the experiment that measures its sample. */
  readonly kind: "experiment" | "fit" | "tabulation";
  /** What it is called. */
  readonly title: string;
  /** The resolved manifest. */
  readonly manifest: string;
  /** Its files: a ParcelTree. */
  readonly tree: Content;
  /** Tables that the manifest names by a name, by that name: files of Evoke's own format. Those that come with Evoke are left out. */
  readonly tables: Readonly<Record<string, Content>>;
  /** Digests of what it reads and of its plugins, by name, to say what differs. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Evaluations of a run at a time: a worker with other slots keeps to it, since results depend on it. */
  readonly proposals: number;
  /** Whether a program of the user's is started. */
  readonly command: boolean;
}
