/** Which images of a dataset are for what. @module */
import { datasetInvalid } from "../../core/errors/index.ts";
import { type Rng, randomStream, shuffle } from "../../core/random/rng.ts";
import type { DatasetSpec } from "../../core/training/dataset-spec.ts";
import { DIGITS_SPLIT } from "./digits.ts";
import type { LabelledImages } from "./labelled-images.ts";

/** What the files of a dataset hold. */
export interface Pools {
  /** For training, and for what has no files of its own. */
  readonly train: LabelledImages;
  readonly validation?: LabelledImages;
  readonly test?: LabelledImages;
}

/** Images of a pool. */
export interface Part {
  readonly pool: LabelledImages;
  /** In ascending order. */
  readonly rows: readonly number[];
}

type PartName = keyof Pools;

/** Disjoint parts, each drawn with the classes in proportion. @throws EvokeError DATASET_INVALID if more is asked for than there is */
export function divide({ name, split }: DatasetSpec, pools: Pools): Readonly<Record<PartName, Part>> {
  const invalid = (problem: string) => datasetInvalid(`the dataset "${name}"`, problem);
  const { validationFrom = "train" } = split;
  const poolOfValidation = pools.validation ? "validation" : validationFrom;
  if (validationFrom === "test" && (pools.validation || !pools.test))
    throw invalid(`/dataset/split/validationFrom is "test", and there are ${pools.test ? "validation files" : "no test files"}`);
  const total = (pool: PartName) => pools[pool]!.labels.length;
  const known = name === "digits" ? DIGITS_SPLIT : undefined;
  const half = () => Math.floor(total(validationFrom) / (pools.test ? 2 : 4));
  const validation = split.validation ?? known?.validation ?? (pools.validation ? total("validation") : half());
  const ofTest = () => total("test") - (poolOfValidation === "test" ? validation : 0);
  const test = split.test ?? known?.test ?? (pools.test ? ofTest() : Math.floor(total("train") / 4));
  const others = (poolOfValidation === "train" ? validation : 0) + (pools.test ? 0 : test);
  const sizes = { train: split.train ?? total("train") - others, validation, test };

  const poolOf = { train: "train", validation: poolOfValidation, test: pools.test ? "test" : "train" } as const;
  const rng = randomStream(split.seed, "/dataset/split");
  const parts: Partial<Record<PartName, Part>> = {};
  for (const pool of ["train", "validation", "test"] as const) {
    const names = (["train", "validation", "test"] as const).filter((part) => poolOf[part] === pool);
    if (names.length === 0) continue;
    const wanted = names.map((part) => sizes[part]);
    if (wanted.some((size) => size < 0) || (pool === "train" && sizes.train < 1) || wanted.reduce((a, b) => a + b) > total(pool))
      throw invalid(
        `/dataset/split asks for ${wanted.join(" + ")}${pool === "train" ? "" : ` ${names.join(" and ")}`} images, and there are ${total(pool)}`,
      );
    const rows = stratified(pools[pool]!.labels, wanted, rng);
    for (const [i, part] of names.entries()) parts[part] = { pool: pools[pool]!, rows: rows[i]! };
  }
  return parts as Record<PartName, Part>;
}

/**
 * Draws disjoint parts of the given sizes, each with the classes in the proportion in which what is
 * left has them: rounded down, and the rest to the classes with the largest remainders.
 */
function stratified(labels: ArrayLike<number>, sizes: readonly number[], rng: Rng): number[][] {
  const classes = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const members = classes.get(labels[row]!);
    if (members) members.push(row);
    else classes.set(labels[row]!, [row]);
  }
  const left = [...classes].sort(([a], [b]) => a - b).map(([, rows]) => rows);
  for (const rows of left) shuffle(rows, rng);
  let total = labels.length;
  return sizes.map((size) => {
    const quotas = left.map((rows) => (rows.length * size) / total);
    const shares = quotas.map(Math.floor);
    const missing = size - shares.reduce((a, b) => a + b, 0);
    const byRemainder = quotas
      .map((quota, i) => ({ i, remainder: quota - shares[i]! }))
      .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
    for (const { i } of byRemainder.slice(0, missing)) shares[i]!++;
    total -= size;
    return left.flatMap((rows, i) => rows.splice(0, shares[i])).sort((a, b) => a - b);
  });
}
