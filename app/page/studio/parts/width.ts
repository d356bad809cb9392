/** The width that something has in the page. @module */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** @param first  in pixels, until it is known @returns where to put it, and its width in whole pixels */
export function useWidth<E extends HTMLElement>(first: number): readonly [RefObject<E | null>, number] {
  const box = useRef<E>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => {
      const now = Math.floor(entry!.contentRect.width);
      if (now > 0) setWidth(now);
    });
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  return [box, width];
}
