/**
 * Manifests of benchmark tables that are to be made: which architectures are trained, on what, how.
 *
 * @module
 */
import * as errors from "../errors/index.ts";
import { digestOf } from "../json/canonical-json.ts";
import { checked } from "../json/check.ts";
import { deepFreeze } from "../json/deep-freeze.ts";
import { grouped } from "../json/grouped.ts";
import type { Space } from "../plugin/space.ts";
import { randomStream, shuffle } from "../random/rng.ts";
import { tabulateSchema } from "../schemas/tabulate.ts";
import type { Architecture } from "../space/architecture.ts";
import { everyMember, Numbering } from "../space/choices.ts";
import { live } from "../space/network.ts";
import type { DatasetSpec } from "../training/dataset-spec.ts";
import type { BackendName, BackendOptions, TrainingSettings } from "../training/settings.ts";
import type { ManifestSource } from "./experiment.ts";
import { parseManifest } from "./parse.ts";
import { knownPlugins, type RawSlot, resolveLoneSpace, type Slot } from "./slots.ts";

/** A manifest that was found right, its defaults filled in; frozen. */
export interface Tabulation extends BackendOptions {
  readonly name: string;
  /** Where it came from, for errors. */
  readonly file: string;
  readonly description: string;
  readonly source: string;
  readonly licence: string;
  /** The modules that it names. */
  readonly plugins: readonly string[];
  readonly space: Slot<"space">;
  readonly representative: RepresentativeRule;
  readonly dataset: DatasetSpec;
  readonly training: Omit<TrainingSettings, "epochs">;
  readonly fidelities: readonly Fidelity[];
  readonly backend: BackendName;
}

export interface Fidelity {
  readonly epochs: number;
  readonly seeds: readonly number[];
}

export type RepresentativeRule = "fewest-convolutions" | "first";

/** The largest space that is tabulated. */
const LARGEST = 2 ** 22;

/** Reads and checks a manifest. @throws EvokeError with the file and the JSON pointer of each problem */
export async function readTabulation(source: ManifestSource): Promise<Tabulation> {
  const { file } = source;
  const manifest = parseManifest(source, "tabulation") as Omit<Tabulation, "space" | "file"> & { space: RawSlot };
  const problems = await checked("tabulation", tabulateSchema, manifest);
  if (problems.length > 0) throw errors.manifestInvalid(file, problems);
  const epochs = manifest.fidelities.map((fidelity) => fidelity.epochs);
  const twice = epochs.findIndex((one, i) => epochs.indexOf(one) < i);
  const wrong: unknown[] = [];
  if (twice >= 0)
    wrong.push(errors.manifestInvalid(file, [`/fidelities/${twice}/epochs: ${epochs[twice]} is there already; give that one more seeds`]));
  const known = await knownPlugins(source, manifest.plugins);
  const space = await resolveLoneSpace(file, known, manifest.space).catch((error) => wrong.push(error) as never);
  if (wrong.length > 0) throw errors.together(file, wrong);
  return { ...deepFreeze(manifest), file, space };
}

/** Names the trainings of a table by everything that their results follow from. */
export function tabulationDigest(
  { space, representative, dataset, training, fidelities, backend }: Tabulation,
  inputs: Readonly<Record<string, string>>,
): string {
  const { plugin, options, version } = space;
  return digestOf({ space: { use: plugin.name, options, version }, representative, dataset, training, fidelities, backend, inputs });
}

/** Architectures that compute one function. */
export interface FunctionClass {
  /** The one that is trained. */
  readonly representative: Architecture;
  /** All of them, as indices of `Plan.architectures`. */
  readonly members: readonly number[];
}

export interface TrainingPlan {
  /** Every architecture of the space, in the order of its numbers (see `Numbering` in core/space/choices.ts). */
  readonly architectures: readonly Architecture[];
  /** In a seeded order of no meaning, so that the first ones are a fair sample. */
  readonly classes: readonly FunctionClass[];
}

/** @throws EvokeError MANIFEST_INVALID if there are too many architectures, or the space says no networks */
export function checkTabulated({ file }: Tabulation, space: Space): void {
  const invalid = (problem: string) => errors.manifestInvalid(file, [`/space: ${problem}`]);
  if (!space.network) throw invalid("it does not say what networks its architectures are, so they cannot be trained");
  if (new Numbering(space).count > LARGEST) throw invalid(`it has ${space.size} architectures, too many to train each of them`);
}

/** Which architectures are trained. @throws EvokeError as `checkTabulated` */
export function trainingPlanOf(tabulation: Tabulation, space: Space): TrainingPlan {
  checkTabulated(tabulation, space);
  const { representative } = tabulation;
  const architectures = [...everyMember(space)];
  const functions = grouped(architectures.keys(), (row) => space.functionKey(architectures[row]!));
  const classes = functions.map((rows): FunctionClass => {
    // Chosen when it is asked for: to do so for all of a space takes longer than to train a small sample.
    let chosen: Architecture | undefined;
    return {
      members: rows,
      get representative() {
        return (chosen ??= architectures[representative === "first" ? rows[0]! : fewestConvolutions(space, architectures, rows)]!);
      },
    };
  });
  shuffle(classes, randomStream(0, "/tabulate/order"));
  return { architectures, classes };
}

/** Of rows, the first whose network has the fewest convolutions when its dead parts are left out. */
function fewestConvolutions(space: Space, architectures: readonly Architecture[], rows: readonly number[]): number {
  if (rows.length === 1) return rows[0]!;
  let best = rows[0]!;
  let fewest = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const { layers } = live(space.network!(architectures[row]!));
    const convolutions = layers.filter(({ kind }) => kind === "convolution" || kind === "depthwise").length;
    if (convolutions < fewest) [best, fewest] = [row, convolutions];
  }
  return best;
}
