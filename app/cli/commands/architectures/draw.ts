/** `evoke draw`: an architecture as an SVG, as its space describes it. @module */
import { drawingMissing } from "../../../../core/errors/index.ts";
import { drawingSvg } from "../../../report/drawing/draw.ts";
import { spaceFor } from "../../named-space.ts";
import { printOrWrite } from "../../streams.ts";

export interface DrawOptions {
  readonly space?: string;
  readonly set: readonly string[];
  readonly out: string;
}

export async function drawCommand(architecture: string, { space: wanted, set, out }: DrawOptions): Promise<void> {
  const { name, space } = await spaceFor(architecture, wanted, set);
  const read = space.decode(architecture);
  if (!space.drawing) throw drawingMissing(name);
  await printOrWrite(out, drawingSvg(space.drawing(read)));
}
