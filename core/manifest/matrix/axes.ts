/** The axes of a matrix: places in the base, each with the values that are put there. @module */
import type { RawMatrix } from "./raw-matrix.ts";

export interface Axis {
  readonly pointer: string;
  /** The shortest end of the pointer that no other axis has. */
  readonly label: string;
  readonly values: readonly unknown[];
}

export function axesOf(axes: RawMatrix["axes"]): Axis[] {
  const pointers = Object.keys(axes);
  return pointers.map((pointer) => {
    const keys = pointer.split("/").slice(1);
    const ends = keys.map((_, i) => keys.slice(-1 - i).join("/"));
    const label = ends.find((end) => pointers.every((other) => other === pointer || !other.endsWith(`/${end}`))) ?? pointer;
    return { pointer, label, values: axes[pointer]! };
  });
}
