/** Data sets in all formats, with files that are damaged, and specifications of all sorts. @module */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import fc, { type Arbitrary } from "fast-check";
import { manifestInvalid } from "../../../core/errors/index.ts";
import { writeNpz } from "../../../core/formats/npz.ts";
import { unzipped, zipped } from "../../../core/formats/zip.ts";
import { problemsOf } from "../../../core/json/schema.ts";
import { datasetSchema } from "../../../core/training/dataset-spec.ts";
import { openDataset } from "../../../training/datasets/dataset.ts";
import { editedBytes, editedJson } from "../mutations.ts";
import { target } from "../target.ts";

interface Input {
  readonly spec: unknown;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

const COUNT = 12;
const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7) % 256);
const labels = Uint8Array.from({ length: COUNT }, (_, n) => n % 3);
const words = (...values: number[]) => values.flatMap((value) => [0, 0, 0, value]);
const cifar = Uint8Array.from(Array.from({ length: COUNT }, (_, n) => [n % 3, ...bytes(3072)]).flat());
const npz = writeNpz({
  images: { shape: [COUNT, 2, 3], values: bytes(COUNT * 6) },
  labels: { shape: [COUNT], values: Int32Array.from(labels) },
});
/** A file of CIFAR-10 as Python's protocol 2 has it: a dictionary of the images, bytes in an array of NumPy, and a list. */
const PICKLE = Uint8Array.from(
  Buffer.concat([
    Buffer.from(
      "\x80\x02}(U\x04datacnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01K\x02M\x00\x0c\x86",
      "latin1",
    ),
    Buffer.from(
      "cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T\x00\x18\x00\x00",
      "latin1",
    ),
    bytes(6144),
    Buffer.from("tbU\x06labels](K\x01K\x02eu.", "latin1"),
  ]),
);
/** An archive of POSIX with one file. */
function tar(name: string, content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(512);
  header.write(name);
  header.write(content.length.toString(8).padStart(11, "0"), 124);
  header.write("0", 156);
  header.write("ustar", 257);
  return Uint8Array.from(Buffer.concat([header, content, Buffer.alloc(512 - (content.length % 512)), Buffer.alloc(1024)]));
}
const png = Uint8Array.from(
  Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGNgaGBoaAAABIYBgbJeHvkAAAAASUVORK5CYII=", "base64"),
);

/** The specification and the files, of which one is edited, or the specification. */
function edited(spec: object, files: Readonly<Record<string, Uint8Array>>): Arbitrary<Input> {
  const damaged = Object.entries(files).map(([name, content]) =>
    editedBytes(content).map((bytes) => ({ spec, files: { ...files, [name]: bytes } })),
  );
  return fc.oneof(
    ...damaged,
    editedJson(spec).map((spec) => ({ spec, files })),
  );
}

export default target<Input>({
  name: "datasets",
  inputs() {
    const split = { train: 4, validation: 4, test: 4 };
    const entry = unzipped(npz, (problem) => new Error(problem));
    const within = [...entry].map(([name, content]) =>
      editedBytes(content).map((bytes) => ({
        spec: { name: "npz", files: { train: ["a"] } },
        files: { a: zipped({ ...Object.fromEntries(entry), [name]: bytes }) },
      })),
    );
    return fc.oneof(
      edited({ name: "npz", files: { train: ["a"] }, split, augmentation: { shift: 1, flip: true }, copies: 2 }, { a: npz }),
      ...within,
      edited(
        { name: "idx", files: { train: ["a", "b"], test: ["a", "b"] }, pool: 2 },
        {
          a: Uint8Array.from([0, 0, 8, 3, ...words(COUNT, 2, 4), ...bytes(COUNT * 8)]),
          b: gzipSync(Uint8Array.from([0, 0, 8, 1, ...words(COUNT), ...labels])),
        },
      ),
      edited({ name: "cifar10", files: { train: ["a"] }, pool: 4 }, { a: cifar.slice(0, 4 * 3073) }),
      edited({ name: "cifar10", files: { train: ["a"] }, split: { validation: 1, test: 0 } }, { a: PICKLE }),
      edited({ name: "cifar10", folder: "a.tar.gz" }, { "a.tar.gz": gzipSync(tar("data_batch_1.bin", cifar.slice(0, 2 * 3073))) }),
      edited({ name: "cifar10", folder: "a.tar" }, { "a.tar": tar("data_batch_1", PICKLE) }),
      edited(
        { name: "images", folder: "a", size: [2, 2, 1] },
        Object.fromEntries([0, 1, 2, 3, 4, 5].map((n) => [`a/${n % 2}/${n}.png`, png])),
      ),
    );
  },
  async act({ spec, files }, { folder }) {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const complete = structuredClone(spec);
    const problems = problemsOf(datasetSchema, complete, "/dataset");
    if (problems.length > 0) throw manifestInvalid("manifest.json", problems);
    await openDataset(complete as never, folder);
  },
});
