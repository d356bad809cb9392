/**
 * The heading of a view. It has the focus when the view is gone to, and names the window.
 *
 * @module
 */
import { useEffect, useRef } from "preact/hooks";
import { visible } from "../../../../core/visible.ts";
import { Go, useStudio } from "../context.tsx";

export interface Crumb {
  readonly name: string;
  readonly to: readonly (string | number)[];
}

/** Views that were shown in this window; the focus of the first is left where the browser has it. */
let shown = 0;

export function Heading({ title, above = [] }: { readonly title: string; readonly above?: readonly Crumb[] }) {
  const { route } = useStudio();
  const heading = useRef<HTMLHeadingElement>(null);
  const view = route.path.join("/");
  useEffect(() => {
    document.title = visible(`${title} – Evoke studio`);
  }, [title]);
  useEffect(() => {
    if (shown++ > 0) heading.current?.focus();
  }, [view]);
  return (
    <>
      {above.length > 0 && (
        <nav aria-label="above" class="crumbs">
          <ol>
            {above.map(({ name, to }) => (
              <li key={to.join("/")}>
                <Go to={to}>{name}</Go>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
    </>
  );
}
