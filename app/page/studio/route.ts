/**
 * What the address says: the view, what it is of, and how it is looked at. All of it stands behind the `#`, so that a
 * link shows the same to somebody else, and the server never hears of it.
 *
 *   #/run/3?sort=score&theme=dark
 *
 * @module
 */

export interface Route {
  /** The view and what it is of, each a text of any characters: ["run", "3"]. Empty is the overview. */
  readonly path: readonly string[];
  /** How it is looked at: sort, filter, page, step, theme. What is as by default is left out. */
  readonly query: Readonly<Record<string, string>>;
}

/** What is kept when another view is gone to. */
const KEPT = ["theme"];

/** Never throws: what is not well encoded is taken as it stands. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = split(hash.replace(/^#\/?/, ""), "?");
  return {
    path: path.split("/").filter((part) => part !== "").map(decoded), // biome-ignore format: one line tells it
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** The address of a route; two routes that show the same have one address. */
export function routeText({ path, query }: Route): string {
  const entries = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  const asked = new URLSearchParams(entries).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${asked === "" ? "" : `?${asked}`}`;
}

/** Another view, with what is kept of how this one is looked at. */
export function toView(from: Route, path: readonly (string | number)[], query: Readonly<Record<string, string>> = {}): Route {
  const kept = Object.fromEntries(Object.entries(from.query).filter(([name]) => KEPT.includes(name)));
  return { path: path.map(String), query: { ...kept, ...query } };
}

/** The same view looked at in another way; undefined takes a choice back. */
export function withQuery(route: Route, changes: Readonly<Record<string, string | undefined>>): Route {
  const query = Object.entries({ ...route.query, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { path: route.path, query: Object.fromEntries(query) };
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index === -1 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
