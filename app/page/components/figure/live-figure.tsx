/**
 * A figure in a page of components.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { type CompiledFigure, type ShownFigure, showFigure } from "./figure.ts";

interface Props {
  /** Of files that are saved, without ending. */
  readonly name: string;
  /** What it shows, in a sentence. */
  readonly caption: string;
  /** Another one is drawn in its place; the same object leaves it as it is, with what is zoomed and focused. */
  readonly figure: CompiledFigure;
}

export function LiveFigure({ name, caption, figure }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let shown: ShownFigure | undefined;
    let ended = false;
    setProblem(undefined);
    showFigure(host.current!, figure, { name, caption }).then(
      (one) => {
        shown = one;
        if (ended) one.end();
      },
      (error) => setProblem(String(error)),
    );
    return () => {
      ended = true;
      shown?.end();
    };
  }, [figure, name, caption]);
  return (
    <figure>
      <div ref={host} />
      {problem && <p role="alert">This figure cannot be drawn: {problem}</p>}
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
