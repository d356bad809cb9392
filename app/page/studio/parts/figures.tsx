/**
 * Figures of the report, as things stand. One that is being looked at, with the pointer or the focus in it, stays as it is
 * until it is left.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { FigureView } from "../../../studio/api.ts";
import type { CompiledFigure } from "../../components/figure/figure.ts";
import { LiveFigure } from "../../components/figure/live-figure.tsx";

/** How far below what is seen figures are made already. */
const AHEAD = "400px";

export function Figures({ figures, empty }: { readonly figures: readonly FigureView[]; readonly empty: string }) {
  if (figures.length === 0) return <p>{empty}</p>;
  return (
    <div class="beside">
      {figures.map((figure) => (
        <OneFigure key={figure.name} figure={figure} />
      ))}
    </div>
  );
}

function OneFigure({ figure }: { readonly figure: FigureView }) {
  const { held, ...holding } = useHeld();
  const text = JSON.stringify(figure);
  const shown = useRef({ figure, text });
  if (!held && shown.current.text !== text) shown.current = { figure, text };
  const { name, caption, spec } = shown.current.figure;
  const [near, box] = useNear();
  return (
    <div ref={box} class="figure-place" {...holding}>
      {near ? <LiveFigure name={name} caption={caption} figure={spec as CompiledFigure} /> : <p class="soft">{caption}</p>}
      {held && shown.current.text !== text && <p class="soft">There are newer results: the figure follows when it is left.</p>}
    </div>
  );
}

/** Whether the pointer or the focus is in something. */
function useHeld() {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  return {
    held: pointed || focused,
    onPointerEnter: () => setPointed(true),
    onPointerLeave: () => setPointed(false),
    onFocusIn: () => setFocused(true),
    onFocusOut: () => setFocused(false),
  };
}

/** True once something has been near to what is seen. */
function useNear() {
  const box = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && setNear(true), { rootMargin: AHEAD });
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  return [near, box] as const;
}
