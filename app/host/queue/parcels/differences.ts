/** What differs between an experiment where it comes from and at a worker, for people. @module */
import { parcelDiffers } from "../../../../core/errors/index.ts";
import { slotsOf } from "../../../../core/manifest/experiment.ts";
import { type Tabulation, tabulationDigest } from "../../../../core/manifest/tabulation.ts";
import type { Parcel } from "../parcel.ts";
import { type Composed, inputsOf } from "./pack.ts";

/** Digests are told apart by this much of them. */
const SHORT = 12;

/** @throws EvokeError PARCEL_DIFFERS, if what was composed here is not what was sent */
export function checkExperiment(parcel: Parcel, { experiment, digest, inputs, proposals }: Omit<Composed, "files">): void {
  check(parcel, digest, inputsOf(slotsOf(experiment), inputs), proposals);
}

/**
 * @param inputs  those that the trainer has here
 * @throws EvokeError PARCEL_DIFFERS
 */
export function checkTabulation(parcel: Parcel, tabulation: Tabulation, inputs: Readonly<Record<string, string>>): void {
  check(parcel, tabulationDigest(tabulation, inputs), inputsOf([tabulation.space], new Map(Object.entries(inputs))), 1);
}

function check(parcel: Parcel, digest: string, inputs: Readonly<Record<string, string>>, proposals: number): void {
  if (digest === parcel.digest) return;
  const differences = differencesOf(parcel.inputs, inputs);
  if (proposals !== parcel.proposals) differences.push(`Evaluations of a run at a time: ${parcel.proposals} there, ${proposals} here.`);
  if (differences.length === 0)
    differences.push("All that it reads is the same here, and so are its plugins; its manifest is read differently.");
  throw parcelDiffers(parcel.title, short(parcel.digest), short(digest), differences);
}

/** A sentence for each input that differs. */
export function differencesOf(there: Readonly<Record<string, string>>, here: Readonly<Record<string, string>>): string[] {
  const names = [...new Set([...Object.keys(there), ...Object.keys(here)])].sort();
  return names
    .filter((name) => there[name] !== here[name])
    .map((name) => `${name[0]!.toUpperCase()}${name.slice(1)}: ${short(there[name])} there, ${short(here[name])} here.`);
}

/** The beginning of a digest; what says more, such as the version of a backend, as a whole. */
function short(value: string | undefined): string {
  if (value === undefined) return "none";
  return /^[0-9a-f]{64}$/.test(value) ? value.slice(0, SHORT) : value;
}
