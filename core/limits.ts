/**
 * Drawing within the limits of a manifest, its rules that say which architectures they admit.
 *
 * @module
 */
import type { Architecture } from "./architecture.ts";
import { limitsUnmet } from "./errors.ts";

/** Where fewer than one in a thousand is admitted, a draw can fail. */
const DRAWS = 10_000;

/** Draws until the limits admit what was drawn. @throws EvokeError LIMITS_UNMET after 10,000 draws */
export function drawAdmitted(draw: () => Architecture, admits: (architecture: Architecture) => boolean): Architecture {
  for (let n = 0; n < DRAWS; n++) {
    const architecture = draw();
    if (admits(architecture)) return architecture;
  }
  throw limitsUnmet(DRAWS);
}
