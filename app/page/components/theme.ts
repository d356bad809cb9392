/** Light, dark, or as the system has it: kept in `data-theme` of the page's root, which style sheets ask. @module */

const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

function setTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
}

/** A choice with its label, for the top of a page. */
export function themeChoice(): HTMLElement {
  const label = document.createElement("label");
  label.className = "controls";
  const choice = document.createElement("select");
  choice.append(...THEMES.map((theme) => new Option(theme)));
  choice.addEventListener("change", () => setTheme(choice.value as Theme));
  label.append("Theme ", choice);
  return label;
}
