/** The instance of a plugin, created and looked at. @module */
import { constraintInvalid, dependencyMissing, EvokeError, errorThrown, pluginInstanceInvalid } from "../../errors/index.ts";
import { withChoices } from "../../space/choices.ts";
import type { Acceptance } from "../acceptance.ts";
import type { Kind, Kinds, Plugin } from "../plugin.ts";
import type { GivenSpace, Space } from "../space.ts";
import { Blame, described, type Place, spaceError } from "./blame.ts";
import { isPromise } from "./found.ts";
import { problemOf } from "./instance.ts";

/** A place of a manifest, with the plugin and its options. */
export interface Filled<K extends Kind> extends Place {
  readonly plugin: Plugin<K>;
  readonly options: object;
}

/**
 * Creates what a plugin is for, at once or as a promise, as the plugin does.
 * @param dependencies  those that it needs
 * @throws EvokeError that names the plugin, its module and its place
 */
export function created<K extends Kind>(place: Filled<K>, dependencies: object, blame = new Blame([place])): Kinds[K] | Promise<Kinds[K]> {
  const failed = (whatever: unknown): never => {
    const error = errorThrown(whatever);
    const told = blame.threw(place, "create", error);
    if (told !== error || !(error instanceof EvokeError)) throw told;
    throw new EvokeError(error.code, `${error.message}\n  (${described(place)})`, { cause: error });
  };
  const checked = (given: Kinds[K]): Kinds[K] => {
    const instance = readable(() => (place.plugin.kind === "space" ? (completed(given as GivenSpace) as Kinds[K]) : given));
    const problem = readable(() => problemOf(place.plugin.kind, instance));
    if (problem !== undefined) throw pluginInstanceInvalid(described(place), problem);
    if (place.plugin.kind === "space") checkSpace(place, instance as Space);
    const { feasible, admits } = instance as Acceptance;
    if (place.pointer.startsWith("/constraints/") && !feasible && !admits) throw constraintInvalid(described(place));
    return instance;
  };
  /** Members may be getters, or the instance a proxy. */
  const readable = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      throw pluginInstanceInvalid(described(place), `its members cannot be read: ${errorThrown(error).message}`);
    }
  };
  let instance: Kinds[K] | Promise<Kinds[K]>;
  let isLater: boolean;
  try {
    instance = place.plugin.create(place.options as never, dependencies as never);
    isLater = isPromise(instance);
  } catch (error) {
    return failed(error);
  }
  return isLater ? Promise.resolve(instance).then(checked, failed) : checked(instance as Kinds[K]);
}

/** With its choices; what is no space at all is left to the checks. */
function completed(given: GivenSpace): GivenSpace {
  return typeof given === "object" && given !== null && Number.isSafeInteger(given.length) ? withChoices(given) : given;
}

/**
 * Creates a space by itself, where there is nothing that it could need: to decode, draw or count architectures. There are no
 * files, which is an error (DEPENDENCY_MISSING) for those that read one, unless they do without.
 */
export async function createdSpace(place: Filled<"space">): Promise<Space> {
  const other = place.plugin.needs.find((need) => need !== "files");
  if (other) throw dependencyMissing(described(place), other);
  const missing = () => Promise.reject(dependencyMissing(described(place), "files"));
  return created(place, { files: { read: missing, changed: missing } });
}

/** Everything starts from the space, so it is tried once before. */
function checkSpace(place: Place, space: Space): void {
  const error = spaceError(place, space, 1);
  if (error) throw error;
}
