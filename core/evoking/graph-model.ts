/**
 * A model of the subspaces of a graph: what it believes of their members, learned from the first centres and from all that
 * was evaluated since, or where that is much, from what is nearest to the centres.
 *
 * @module
 */
import type { Encoded } from "../gaussian-process/kernels.ts";
import { type Warping, warped } from "../gaussian-process/targets.ts";
import type { Outcome, Proposal } from "../plugin/controller.ts";
import type { Space } from "../plugin/space.ts";
import type { SubspaceGraph } from "../plugin/subspace-graph.ts";
import { randomStream } from "../random/rng.ts";
import { type Architecture, nearestTo } from "../space/architecture.ts";
import { featuresOf } from "../space/features.ts";
import { LocalModel } from "./local-model.ts";
import { extentsOf, type Hyperparameters, mostLikely } from "./model.ts";
import { Observations } from "./observations.ts";

/** The option of controllers whose proposals a model chooses, for their schemas. */
export const SAMPLES_OPTION = {
  type: "integer",
  minimum: 1,
  maximum: 1000,
  description: "S: samples of which the model chooses the one to evaluate; 1: it chooses none",
} as const;

/** What the model learns, and hyperparameters of which the most likely are taken: as `evoke` does in a whole space. */
const WARPING: Warping = "log-distance";
const AMONG: readonly Hyperparameters[] = [0.5, 1].flatMap((scale) => [0.02, 0.1].map((noise) => ({ scale, noise, linear: 0 })));
/** Observations that the model begins with, and those that it takes before it begins anew. */
const [NEAREST, MOST] = [400, 500];

/** What the model is of. */
export interface Modelled {
  readonly space: Space;
  readonly subspaces: SubspaceGraph;
  /** Whether the limits admit an architecture. */
  readonly feasible: (architecture: Architecture) => boolean;
}

/** A sample as the model sees it. */
interface Candidate extends Encoded {
  readonly proposal: Proposal;
}

export class GraphModel {
  readonly #subspaces: SubspaceGraph;
  readonly #feasible: (architecture: Architecture) => boolean;
  readonly #observations: Observations;
  readonly #extent: number;
  #model: LocalModel | undefined;
  /** Those that the model has learned, in its order. */
  #local: number[] = [];
  /** Observations when it learned last, and when hyperparameters were chosen last. */
  #seen = 0;
  #tuned = 0;
  #centres: readonly number[] = [];

  constructor({ space, subspaces, feasible }: Modelled) {
    this.#subspaces = subspaces;
    this.#feasible = feasible;
    this.#observations = new Observations(featuresOf(space));
    const rng = randomStream(0, "/extent");
    this.#extent = extentsOf(() => this.#observations.encode(space.sample(rng))).computed;
  }

  /** Takes what became of a proposal. Of what failed the worst that is known is learned. */
  observe({ architecture, score, withdrawn, fidelity }: Outcome): void {
    if (withdrawn || fidelity !== undefined) this.#observations.withdraw(architecture);
    else this.#observations.add(architecture, score);
  }

  /** Learns what was observed; to be called before it is asked. @returns false if there was nothing new */
  learn(): boolean {
    this.#learnFirstCentres();
    const { encoded, count, lesson } = this.#observations;
    if (count === this.#seen) return false;
    const retuned = count >= 2 * this.#tuned;
    let fresh = Array.from({ length: count - this.#seen }, (_, i) => this.#seen + i);
    if (retuned || this.#local.length + fresh.length > MOST) {
      this.#local = [];
      fresh = this.#nearest();
      if (!this.#model || retuned) this.#model = this.#tuning(fresh);
      this.#model.truncate(0);
    }
    this.#model!.observe(fresh.map((i) => encoded[i]!.counts));
    this.#local.push(...fresh);
    this.#seen = count;
    this.#model!.setTargets(warped(this.#local.map(lesson), WARPING));
    this.#centres = this.#subspaces.centres.map((centre) => this.#mean(centre));
    return true;
  }

  /** What is believed of R(β), in deviations of what the model learns; undefined where the limits do not admit β. */
  value(architecture: Architecture): number | undefined {
    return this.#feasible(architecture) ? this.#mean(architecture) : undefined;
  }

  /** What is believed of R(α), in the same unit, of each centre.  [K] */
  get centres(): readonly number[] {
    return this.#centres;
  }

  /**
   * What to evaluate: of some draws the new one that the limits admit by which it expects the greatest improvement on all
   * that is known; the last one where none is new, and where there is one only.
   */
  choose(draw: () => Proposal, samples: number): Proposal {
    const candidates = new Map<string, Candidate>();
    let chosen = draw();
    for (let n = 1; ; n++) {
      const { architecture } = chosen;
      if (samples > 1 && this.#observations.isNew(architecture) && this.#feasible(architecture))
        candidates.set(architecture.join(), { ...this.#observations.encode(architecture), proposal: chosen });
      if (n === samples) break;
      chosen = draw();
    }
    chosen = this.#model!.mostPromising([...candidates.values()], 1)[0]?.candidate.proposal ?? chosen;
    this.#observations.expect(this.#observations.encode(chosen.architecture));
    return chosen;
  }

  #learnFirstCentres(): void {
    if (this.#model) return;
    for (const [k, architecture] of this.#subspaces.centres.entries())
      if (this.#observations.isNew(architecture)) this.#observations.add(architecture, this.#subspaces.scores[k]!);
  }

  #tuning(places: readonly number[]): LocalModel {
    const { encoded, count, lesson } = this.#observations;
    this.#tuned = count;
    const chosen = mostLikely(
      places.map((i) => encoded[i]!),
      places.map(lesson),
      WARPING,
      this.#extent,
      AMONG,
    );
    return new LocalModel(chosen, this.#extent);
  }

  #mean(architecture: Architecture): number {
    return this.#model!.mean(this.#observations.encode(architecture).counts);
  }

  /** Of all observations, where these are many, those nearest to a centre. */
  #nearest(): number[] {
    const { encoded } = this.#observations;
    if (encoded.length <= NEAREST) return [...encoded.keys()];
    return nearestTo(
      this.#subspaces.centres,
      encoded.map(({ architecture }) => architecture),
      NEAREST,
    );
  }
}
