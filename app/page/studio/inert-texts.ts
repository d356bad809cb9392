/**
 * Characters that would change the page beside them, such as those that turn the direction of writing, are shown by what
 * stands for them: in every text and label of the page, whoever wrote it.
 *
 * @module
 */
import { options } from "preact";
import { visible } from "../../../core/visible.ts";

const LABELS = ["title", "aria-label", "aria-valuetext", "placeholder"];

function inert(part: unknown): unknown {
  if (typeof part === "string") return visible(part);
  return Array.isArray(part) ? part.map(inert) : part;
}

/** Has all elements that are made from now on show no other texts. */
export function showInertTexts(): void {
  const before = options.vnode;
  options.vnode = (node) => {
    const props = node.props as Record<string, unknown> | null;
    if (typeof node.type === "string" && props) {
      if ("children" in props) props.children = inert(props.children);
      for (const name of LABELS) if (name in props) props[name] = inert(props[name]);
    }
    before?.(node);
  };
}
