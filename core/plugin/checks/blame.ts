/**
 * Who is to blame for what goes wrong, and how it is told: with the plugin's kind and name, the module that it comes
 * from, and its place in the manifest.
 *
 * @module
 */
import {
  EvokeError,
  errorThrown,
  firstModule,
  type ModuleFile,
  pluginAnswerInvalid,
  pluginFailed,
  pluginThrew,
  thrownAt,
} from "../../errors/index.ts";
import type { Kind } from "../plugin.ts";
import type { Space } from "../space.ts";
import { found, isPromise } from "./found.ts";
import { faultOf, memberOf } from "./space.ts";

/** A place of a manifest, with the plugin that stands there. */
export interface Place {
  readonly plugin: { readonly kind: Kind; readonly name: string };
  /** JSON pointer. */
  readonly pointer: string;
  /** The manifest's. */
  readonly file: string;
  /** Where the plugin comes from; left out if it is built in. */
  readonly module?: ModuleFile;
}

/** A plugin as errors name it. */
export function described({ plugin, pointer, file, module }: Place): string {
  return `${plugin.kind} "${plugin.name}" (${module?.file ?? "built in"}) at ${pointer} of ${file}`;
}

/** What of each kind may be a promise, beside what `create` gives. */
const ASYNCHRONOUS: { readonly [K in Kind]?: string } = {
  controller: "create and prepare",
  initial: "create and centres",
  evaluator: "create, prepare, evaluate, trained and test",
  observer: "create, next and finish",
};

/** Finds who is to blame in one experiment. Nothing of it is called while all goes well. */
export class Blame {
  readonly #places: readonly Place[];
  readonly #space: Space | undefined;
  /** What was found out of the space; false if nothing is wrong. */
  #fault: EvokeError | false | undefined;

  /**
   * @param places  all plugins of the experiment
   * @param space  the instance, once there is one
   */
  constructor(places: readonly Place[], space?: Space) {
    this.#places = places;
    this.#space = space;
  }

  /**
   * A method has thrown. It may have called another plugin, whose code it was: the first on the stack is to blame.
   * @returns the error to be thrown; one that was foreseen is told as it is
   */
  threw(place: Place, method: string, whatever: unknown): Error {
    const error = errorThrown(whatever);
    if (error instanceof EvokeError) return error;
    const culprit = this.#onStack(error, place) ?? place;
    if (culprit.module === undefined) {
      const fault = this.#spaceFault();
      if (fault) return fault;
    }
    return thrown(culprit, culprit === place ? method : undefined, error);
  }

  /** What was thrown outside of all methods that are watched: blames the plugin whose code it was, if it was one's. */
  unforeseen(whatever: unknown): Error {
    const error = errorThrown(whatever);
    const culprit = error instanceof EvokeError ? undefined : this.#onStack(error);
    return culprit ? thrown(culprit, undefined, error) : error;
  }

  /** A method has given something else than it must. */
  gave(place: Place, method: string, expected: string, value: unknown): EvokeError {
    return pluginAnswerInvalid(described(place), method, wrong(place, expected, value));
  }

  /** A method has given what is no member of the space; if the space makes such things, it is the space's fault. */
  stranger(place: Place, method: string, value: unknown): Error {
    return this.#spaceFault() || this.gave(place, method, this.#space ? memberOf(this.#space) : "a member of the space", value);
  }

  /** What the space does that no space may do, if that can be found out. */
  #spaceFault(): EvokeError | false {
    const place = this.#places.find(({ plugin }) => plugin.kind === "space");
    this.#fault ??= (this.#space && place && spaceError(place, this.#space, THOROUGHLY)) ?? false;
    return this.#fault;
  }

  /** The plugin whose module is the first on the stack. @param called  where one module has several, it is rather this one */
  #onStack(error: unknown, called?: Place): Place | undefined {
    const places = called ? [called, ...this.#places] : this.#places;
    const first = firstModule(
      error,
      places.flatMap(({ module }) => module ?? []),
    );
    return first && places.find(({ module }) => module?.url === first.url);
  }
}

/** So often a space is tried where something has gone wrong. */
const THOROUGHLY = 200;

/** What a space does that no space may do. @param tries  how often everything is tried */
export function spaceError(place: Place, space: Space, tries: number): EvokeError | undefined {
  const fault = faultOf(space, tries);
  if (!fault) return undefined;
  if ("error" in fault) {
    const error = errorThrown(fault.error);
    // A space foresees texts that it cannot read, but not those that it has written.
    return error instanceof EvokeError && fault.method !== "decode" ? error : thrown(place, fault.method, error);
  }
  return pluginAnswerInvalid(described(place), fault.method, wrong(place, fault.expected, fault.found));
}

function wrong({ plugin }: Place, expected: string, value: unknown): string {
  if (!isPromise(value)) return `must give ${expected}; it gave ${found(value)}`;
  Promise.resolve(value).catch(() => {}); // it is told here
  return `gave a promise; of a plugin of kind ${plugin.kind} only ${ASYNCHRONOUS[plugin.kind] ?? "create"} may be asynchronous`;
}

/** @param method  undefined if it is not known which */
function thrown(place: Place, method: string | undefined, error: Error): EvokeError {
  const at = thrownAt(error, place.module);
  return method === "create" ? pluginFailed(described(place), error, at) : pluginThrew(described(place), method, error, at);
}
