/**
 * What a report does beyond being read: it is the same page without it. Figures answer once they are near what is
 * shown; until then, and where one cannot be drawn, there is its static drawing.
 *
 * @module
 */
import "../components/style/style.css";
import { type CompiledFigure, showFigure } from "../components/figure/figure.ts";
import { makeFilterable, makeSortable } from "../components/table/sortable.ts";
import { themeChoice } from "../components/theme.ts";

/** Pixels below and above what is shown in which figures are made ready. */
const NEAR = "600px";

document.querySelector(".topline")?.append(themeChoice());
for (const table of document.querySelectorAll("table")) {
  makeSortable(table);
  makeFilterable(table);
  // Its headings take the focus now, and scroll it.
  table.closest(".wide")?.removeAttribute("tabindex");
}

const waiting = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries)
      if (isIntersecting) {
        waiting.unobserve(target);
        show(target as HTMLElement);
      }
  },
  { rootMargin: NEAR },
);
for (const host of document.querySelectorAll<HTMLElement>("figure > .static")) waiting.observe(host);

async function show(host: HTMLElement): Promise<void> {
  const figure = host.parentElement!;
  const text = figure.querySelector("script")?.textContent;
  if (!text) return;
  const still = [...host.childNodes];
  const caption = figure.querySelector("figcaption")?.textContent ?? "";
  try {
    await showFigure(host, JSON.parse(text) as CompiledFigure, { name: figure.id, caption });
  } catch (error) {
    host.replaceChildren(...still);
    console.warn(`${figure.id} stays as it is: ${error}`);
  }
}
