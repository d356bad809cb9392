/** Predictors, as .npz and as .pth, damaged as files and in what is packed in them. @module */
import fc, { type Arbitrary } from "fast-check";
import { readNpz, writeNpz } from "../../../core/formats/npz.ts";
import { writePth } from "../../../core/formats/write-pth.ts";
import { unzipped, zipped } from "../../../core/formats/zip.ts";
import { readPredictor, writePredictor } from "../../../core/predictor/predictor-file.ts";
import { tinySpace } from "../../fixtures.ts";
import { editedBytes, editedJson } from "../mutations.ts";
import { target } from "../target.ts";

const space = tinySpace(2, 3);
const layer = (inputs: number, outputs: number) => ({
  ...{ inputs, outputs },
  weight: Float32Array.from({ length: inputs * outputs }, (_, i) => i / 8),
  bias: new Float32Array(outputs),
});
const description = {
  version: 2,
  name: "tiny",
  space: { use: "tiny", options: {}, length: 2, choices: space.choices },
  features: { shown: "choices" },
  metric: { name: "accuracy", dataset: "toy", split: "validation", epochs: 1, trainedOn: "train", unit: "percent" },
  example: { architecture: "0-0", prediction: 1 },
  provenance: {},
} as const;
const fail = (problem: string) => new Error(problem);
const tensors = new Map([
  ["0.weight", { shape: [4, 6], values: new Float32Array(24).fill(0.5) }],
  ["0.bias", { shape: [4], values: new Float32Array(4) }],
  ["2.weight", { shape: [1, 4], values: new Float32Array(4).fill(1) }],
  ["2.bias", { shape: [1], values: new Float32Array(1) }],
]);

/** The archive with one of its files edited, so that its checksum is right. */
function editedWithin(archive: Uint8Array, which: RegExp): Arbitrary<Uint8Array> {
  const files = unzipped(archive, fail);
  const [name, content] = [...files].find(([name]) => which.test(name))!;
  return editedBytes(content).map((edited) => zipped({ ...Object.fromEntries(files), [name]: edited }));
}

export default target<Uint8Array>({
  name: "predictors",
  inputs() {
    const npz = writePredictor({ layers: [layer(6, 4), layer(4, 1)], description: description as never });
    const pth = writePth(tensors);
    const described = editedJson(description).map((edited) => {
      const { names, read } = readNpz(npz, fail);
      const values = new TextEncoder().encode(JSON.stringify(edited));
      return writeNpz({ ...Object.fromEntries(names.map((name) => [name, read(name)])), description: { shape: [values.length], values } });
    });
    return fc.oneof(editedBytes(npz), editedBytes(pth), editedWithin(npz, /0\.weight/), editedWithin(pth, /data\.pkl/), described);
  },
  act(bytes) {
    readPredictor(bytes, "predictor.npz");
  },
});
