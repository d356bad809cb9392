/**
 * The elements of an SVG that we have drawn ourselves: well-formed, without comments, entities of its own, or styles.
 *
 * @module
 */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

const TOKEN = /<(\/?)([A-Za-z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|[^<]+/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** @returns the outermost element */
export function elementsOf(svg: string): Element {
  const root = { name: "", attributes: {}, children: [] as (Element | string)[] };
  const open = [root];
  for (const [token, closing, name, attributes, empty] of svg.matchAll(TOKEN)) {
    const parent = open.at(-1)!;
    if (name === undefined) parent.children.push(unescaped(token));
    else if (closing) open.pop();
    else {
      const element = { name, attributes: attributesOf(attributes!), children: [] };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [found] = root.children;
  if (open.length !== 1 || typeof found !== "object") throw new Error("an SVG is not well-formed");
  return found;
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, unescaped(value!)]));
}

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

/** All text within. */
export function textOf({ children }: Element): string {
  return children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
}
