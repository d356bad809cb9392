/**
 * A drawing as part of the page, so that it follows the theme. Of what the server sends, shapes and texts alone are taken
 * over, by lists: whatever else an SVG can hold does not come into the page.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";

const SVG = "http://www.w3.org/2000/svg";
const ELEMENTS = "circle desc ellipse g line path polygon polyline rect svg text title tspan".split(" ");
const ATTRIBUTES = (
  "cx cy d dx dy fill fill-opacity font-family font-size font-style font-weight height opacity points r rx ry stroke " +
  "stroke-dasharray stroke-linecap stroke-linejoin stroke-opacity stroke-width text-anchor transform viewBox width x x1 x2 y y1 y2"
).split(" ");

/** What is known of an element and all that is in it; undefined of one that no drawing has. */
function knownParts(given: Element): SVGElement | undefined {
  if (given.namespaceURI !== SVG || !ELEMENTS.includes(given.localName)) return undefined;
  const made = document.createElementNS(SVG, given.localName);
  for (const name of ATTRIBUTES) {
    const value = given.getAttribute(name);
    // References go to other documents too.
    if (value !== null && !/url\s*\(/i.test(value)) made.setAttribute(name, value);
  }
  for (const child of given.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) made.append(child.textContent ?? "");
    const part = child instanceof Element && knownParts(child);
    if (part) made.append(part);
  }
  return made;
}

/** @param path  below the page's address, where there is an SVG */
export function Drawing({ path, architecture }: { readonly path: string; readonly architecture: string }) {
  const host = useRef<HTMLDivElement>(null);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    const left = new AbortController();
    fetch(path, { signal: left.signal })
      .then(async (response) => {
        const { documentElement } = new DOMParser().parseFromString(await response.text(), "image/svg+xml");
        const svg = response.ok ? knownParts(documentElement) : undefined;
        if (left.signal.aborted) return;
        setMissing(!svg);
        svg?.setAttribute("role", "img");
        svg?.setAttribute("aria-label", `drawing of ${architecture}`);
        host.current?.replaceChildren(...(svg ? [svg] : []));
      })
      .catch(() => setMissing(!left.signal.aborted));
    return () => left.abort();
  }, [path, architecture]);
  return (
    <>
      <div class="drawing" ref={host} />
      {missing && <p class="soft">It cannot be drawn now.</p>}
    </>
  );
}
