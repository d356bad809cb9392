/**
 * What the page consists of: four files, and no others, whatever a request names.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { pagePart, vegaBuild } from "../../report/pages/assets.ts";

/** A file as it is sent. */
export interface Asset {
  readonly type: string;
  readonly text: string;
  readonly etag: string;
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evoke studio</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="studio.css">
<script src="vega.js" defer></script>
<script src="studio.js" defer></script>
</head>
<body>
<div id="studio"></div>
<noscript><p>This page is drawn by its script, which is switched off. evoke report writes pages that do without.</p></noscript>
</body>
</html>
`;

const SOURCES: Readonly<Record<string, { readonly type: string; read(): string | Promise<string> }>> = {
  "/": { type: "text/html; charset=utf-8", read: () => PAGE },
  "/studio.js": { type: "text/javascript; charset=utf-8", read: () => pagePart("studio.js") },
  "/studio.css": { type: "text/css; charset=utf-8", read: () => pagePart("studio.css") },
  "/vega.js": { type: "text/javascript; charset=utf-8", read: () => vegaBuild() },
};

export const ASSETS = Object.keys(SOURCES);

const read = new Map<string, Promise<Asset>>();

/** @param path  one of ASSETS @throws EvokeError CANNOT_READ */
export function assetOf(path: string): Promise<Asset> {
  const { type, read: source } = SOURCES[path]!;
  const known =
    read.get(path) ??
    Promise.resolve(source()).then((text) => ({
      type,
      text,
      etag: `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`,
    }));
  read.set(path, known);
  known.catch(() => read.delete(path));
  return known;
}
