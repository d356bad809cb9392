/**
 * Drawing until something fits: within the limits of a manifest, its rules that say which architectures they
 * admit; or new.
 *
 * @module
 */
import { limitsUnmet } from "../errors/index.ts";
import type { Space } from "../plugin/space.ts";
import type { Rng } from "../random/rng.ts";
import type { Architecture } from "./architecture.ts";

/** Where fewer than one in a thousand is feasible, a draw can fail. */
const DRAWS = 10_000;
/** Where nearly all of a space is known, what is drawn is not new. */
const DRAWS_OF_NEW = 100;

/** Draws until the limits admit what was drawn. @throws EvokeError LIMITS_UNMET after 10,000 draws */
export function drawFeasible(draw: () => Architecture, feasible: (architecture: Architecture) => boolean): Architecture {
  for (let n = 0; n < DRAWS; n++) {
    const architecture = draw();
    if (feasible(architecture)) return architecture;
  }
  throw limitsUnmet(DRAWS);
}

/** Draws from the space until something is new; after a hundred draws, whatever was drawn last. */
export function drawNew(space: Space, rng: Rng, isNew: (architecture: Architecture) => boolean): Architecture {
  for (let draw = 1; ; draw++) {
    const architecture = space.sample(rng);
    if (draw === DRAWS_OF_NEW || isNew(architecture)) return architecture;
  }
}
