/**
 * What architectures in text are made of, in the built-in spaces: nothing that results name is run.
 *
 * @module
 */
import { EvokeError } from "../../../core/errors/index.ts";
import type { Space } from "../../../core/plugin/space.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import { namedChoices } from "../../../core/space/choices.ts";
import type { MatrixCell } from "../../host/store/matrix-document.ts";
import { spaceOf } from "../../report/best.ts";
import { drawingSvg } from "../../report/drawing/draw.ts";
import type { BestArchitecture } from "../api.ts";
import { Recent } from "./recent.ts";

/** Spaces that are kept. */
const KEPT = 50;
const spaces = new Recent<MatrixCell, Promise<Space | undefined>>(KEPT);

/** Undefined of a space that is not built in, or needs files. */
export function knownSpace(cell: MatrixCell): Promise<Space | undefined> {
  const space = spaces.get(cell) ?? spaceOf(cell).catch(withoutOurs);
  spaces.set(cell, space);
  return space;
}

/** Undefined where the space does not know the text, as that of another version. */
export function decoded(space: Space, architecture: string): Architecture | undefined {
  try {
    return space.decode(architecture);
  } catch (error) {
    return withoutOurs(error);
  }
}

/** What each component is called. */
export function componentNames({ components, choices }: Space): string[] {
  return choices.map((_, i) => components?.[i] ?? String(i));
}

/** What was chosen for each component that is there; undefined where that is not known. */
export async function choicesOf(cell: MatrixCell, architecture: string): Promise<BestArchitecture["choices"]> {
  const space = await knownSpace(cell);
  const found = space && decoded(space, architecture);
  return found && Object.entries(namedChoices(space, found)).map(([component, choice]) => ({ component, choice }));
}

/** Whether the architecture can be drawn. */
export async function isDrawn(cell: MatrixCell, architecture: string): Promise<boolean> {
  const space = await knownSpace(cell);
  return space?.drawing !== undefined && decoded(space, architecture) !== undefined;
}

/** An SVG; undefined where there is none. */
export async function drawing(cell: MatrixCell, architecture: string): Promise<string | undefined> {
  const space = await knownSpace(cell);
  const found = space?.drawing && decoded(space, architecture);
  return found && drawingSvg(space.drawing!(found));
}

function withoutOurs(error: unknown): undefined {
  if (!(error instanceof EvokeError)) throw error;
}
