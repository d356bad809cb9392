/**
 * Files of accuracy predictors: the layers of a perceptron, named as PyTorch names those of a Sequential,
 * "0.weight" [outputs, inputs], "0.bias" [outputs], "2.weight" …, in NumPy's .npz or PyTorch's .pth.
 *
 * One that `evoke fit` has made is an .npz with one more array, "description": a JSON document in UTF-8, which says for
 * which space the predictor is, what it predicts, what it has learnt from, and how well it predicts what it has
 * not seen. Its input is a one for each feature that an architecture has.
 *
 * @module
 */
import { predictorInvalid } from "../errors/index.ts";
import { type NumericArray, readNpz, writeNpz } from "../formats/npz.ts";
import { readPth } from "../formats/pth.ts";
import { plainJson } from "../json/plain-json.ts";
import { problemsOf } from "../json/schema.ts";
import type { FileKind } from "../plugin/dependencies.ts";
import type { Metric } from "../plugin/metric.ts";
import { OneHot } from "../space/choices.ts";
import { SHOWN, type Shown } from "../space/encoding.ts";
import type { LinearLayer } from "./mlp.ts";

/** What a predictor says of itself. */
export interface PredictorDescription {
  /** Of the format: in 1 there were no `features`. */
  readonly version: 1 | 2;
  readonly name: string;
  readonly space: {
    readonly use: string;
    readonly options: object;
    readonly length: number;
    /** Those of every component, where all have the same. */
    readonly operations?: readonly string[];
    /** Of each component, otherwise. */
    readonly choices?: readonly (readonly string[])[];
  };
  /** What the inputs are; left out: the choices, also those that stand for the absence of a component. */
  readonly features?: PredictorFeatures;
  /** What is predicted. */
  readonly metric: Metric;
  /** An architecture in text and what the predictor gives for it: whoever gets anything else has another space, or a defect. */
  readonly example: { readonly architecture: string; readonly prediction: number };
  /** What it has learnt from, how, and how well; anything that JSON can say. */
  readonly provenance: Readonly<Record<string, unknown>>;
}

/** What is computed, or the choices (core/space/encoding.ts). */
export type PredictorFeatures = {
  readonly shown: Shown;
  /** What each input is, where it is computed. */
  readonly known?: readonly number[];
};

/** A predictor as a file has it. */
export interface PredictorContents {
  readonly layers: readonly LinearLayer[];
  /** Missing where it was made elsewhere. */
  readonly description?: PredictorDescription;
}

const text = { type: "string" };
const descriptionSchema = {
  type: "object",
  required: ["version", "name", "space", "metric", "example", "provenance"],
  properties: {
    version: { enum: [1, 2] },
    name: text,
    space: {
      type: "object",
      required: ["use", "options", "length"],
      properties: {
        use: text,
        options: { type: "object" },
        operations: { type: "array", items: text },
        choices: { type: "array", items: { type: "array", items: text } },
        length: { type: "integer", minimum: 1 },
      },
      oneOf: [{ required: ["operations"] }, { required: ["choices"] }],
    },
    features: {
      type: "object",
      required: ["shown"],
      properties: { shown: { enum: SHOWN }, known: { type: "array", items: { type: "integer", minimum: 0 } } },
      oneOf: [{ properties: { shown: { const: "choices" } } }, { required: ["known"] }],
    },
    metric: {
      type: "object",
      required: ["name", "dataset", "split", "epochs", "trainedOn", "unit"],
      properties: {
        ...{ name: text, dataset: text, split: { const: "validation" }, trainedOn: text, unit: text },
        ...{ epochs: { type: "integer" }, scheduled: { type: "integer" }, goal: { enum: ["maximise", "minimise"] } },
      },
    },
    example: {
      type: "object",
      required: ["architecture", "prediction"],
      properties: { architecture: text, prediction: { type: "number" } },
    },
    provenance: { type: "object" },
  },
  anyOf: [{ properties: { version: { const: 1 } } }, { required: ["features"] }],
};
const DESCRIPTION = "description";

/** A file of a predictor: Once-for-All's has 1.5 MB. */
export const PREDICTOR_FILE: FileKind = { what: "the predictor", most: 64e6 };

/** Predictors by the bytes that they were read from: the runs of an experiment are given the same ones. */
const known = new WeakMap<Uint8Array, PredictorContents>();

/** Reads either form; what the bytes begin with decides. @throws EvokeError PREDICTOR_INVALID */
export function readPredictor(bytes: Uint8Array, file: string): PredictorContents {
  let contents = known.get(bytes);
  if (!contents) known.set(bytes, (contents = parsed(bytes, file)));
  return contents;
}

function parsed(bytes: Uint8Array, file: string): PredictorContents {
  const invalid = (problem: string) => predictorInvalid(file, problem);
  const [first, second] = bytes;
  const zip = first === 0x50 && second === 0x4b;
  if (!zip && first !== 0x80) throw invalid("it is neither an .npz of NumPy nor a .pth of PyTorch, or it is cut off");
  const npz = zip ? readNpz(bytes, invalid) : undefined;
  if (!npz || npz.names.some((name) => /(^|\/)data\.pkl$/.test(name))) return { layers: layersOf(readPth(bytes, invalid), invalid) };
  const arrays = new Map(npz.names.filter((name) => name !== DESCRIPTION).map((name) => [name, npz.read(name)]));
  const layers = layersOf(arrays, invalid);
  if (!npz.names.includes(DESCRIPTION)) return { layers };
  const description = descriptionOf(npz.read(DESCRIPTION), invalid);
  if (layers[0]!.inputs !== (description.features?.known?.length ?? new OneHot({ choices: choicesOf(description) }).width))
    throw invalid("its layers are for another space, or other features, than its description");
  return { layers, description };
}

function descriptionOf({ values }: NumericArray, invalid: (problem: string) => Error): PredictorDescription {
  let description: unknown;
  try {
    description = plainJson(new TextDecoder().decode(values as Uint8Array));
  } catch (error) {
    throw invalid(`its description is no JSON (${(error as Error).message})`);
  }
  const problems = problemsOf(descriptionSchema, description, "/description");
  if (problems.length > 0) throw invalid(`its description is not as evoke fit writes it: ${problems.join("; ")}`);
  return description as PredictorDescription;
}

/** Turns the arrays into layers that fit each other. */
function layersOf(arrays: ReadonlyMap<string, NumericArray>, invalid: (problem: string) => Error): LinearLayer[] {
  const numbers = [...arrays.keys()].flatMap((name) => /^(\d+)\.weight$/.exec(name)?.[1] ?? []).sort((a, b) => Number(a) - Number(b));
  const stranger = [...arrays.keys()].find((name) => !/^\d+\.(weight|bias)$/.test(name) || !numbers.includes(name.split(".")[0]!));
  if (numbers.length === 0 || stranger !== undefined)
    throw invalid(
      `a predictor has layers "0.weight", "0.bias", "2.weight" and so on, and this file has ${JSON.stringify((stranger ?? "none of them").slice(0, 80))}`,
    );
  const layers = numbers.map((number): LinearLayer => {
    const [weight, bias] = [arrays.get(`${number}.weight`)!, arrays.get(`${number}.bias`)];
    const [outputs = 0, inputs = 0] = weight.shape;
    if (weight.shape.length !== 2 || inputs * outputs === 0 || bias?.shape.join() !== String(outputs))
      throw invalid(`its layer ${number} has no weight [outputs, inputs] with a bias [outputs]`);
    for (const { values } of [weight, bias])
      if (!(values instanceof Float32Array && values.every(Number.isFinite)))
        throw invalid(`its layer ${number} has numbers that are not finite floats of 32 bits`);
    const transposed = new Float32Array(inputs * outputs);
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < inputs; i++) transposed[i * outputs + o] = weight.values[o * inputs + i] as number;
    return { inputs, outputs, weight: transposed, bias: bias.values as Float32Array };
  });
  const misfit = layers.findIndex(({ outputs }, i) => outputs !== (layers[i + 1]?.inputs ?? 1));
  if (misfit >= 0) throw invalid(`its layer ${numbers[misfit]} has ${layers[misfit]!.outputs} outputs, which do not fit what follows`);
  return layers;
}

/** An .npz with the layers and the description; the same bytes for the same predictor. */
export function writePredictor({ layers, description }: Required<PredictorContents>): Uint8Array {
  const arrays = layers.flatMap(({ inputs, outputs, weight, bias }, number): [string, NumericArray][] => {
    const transposed = new Float32Array(inputs * outputs);
    for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) transposed[o * inputs + i] = weight[i * outputs + o]!;
    return [
      [`${2 * number}.weight`, { shape: [outputs, inputs], values: transposed }], // ReLUs are between: 0, 2, 4 …
      [`${2 * number}.bias`, { shape: [outputs], values: bias }],
    ];
  });
  const said = new TextEncoder().encode(JSON.stringify(description));
  return writeNpz({ ...Object.fromEntries(arrays), [DESCRIPTION]: { shape: [said.length], values: said } });
}

/** The choices of each component of the space that a predictor is for. */
export function choicesOf({ space: { length, operations = [], choices } }: PredictorDescription): readonly (readonly string[])[] {
  return choices ?? Array.from({ length }, () => operations);
}
