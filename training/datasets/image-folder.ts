/**
 * A folder of images by class: FOLDER/CLASS/*.png and so on, or FOLDER/train/CLASS, FOLDER/validation/CLASS and
 * FOLDER/test/CLASS. Classes are numbered in the order of their names, images come in that of theirs.
 *
 * They are decoded, a few at a time, by the package sharp, which people install who have such images.
 *
 * @module
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { cannotReadFile, datasetInvalid } from "../../core/errors/index.ts";
import { checkImages } from "../memory/room.ts";
import type { Pools } from "./division.ts";
import type { LabelledImages } from "./labelled-images.ts";

type Sharp = typeof import("sharp")["default"];
type Shape = LabelledImages["shape"];

const PARTS = { train: ["train"], validation: ["validation", "val", "valid"], test: ["test"] } as const;
const IMAGE = /\.(png|jpe?g|webp|gif|tiff?)$/i;
/** What of libvips reads these, and nothing else: it goes by the content, and the rest of it has many more formats, some of which name files. */
const READERS = ["JpegFile", "NsgifFile", "PngFile", "TiffFile", "WebpFile"].map((format) => `VipsForeignLoad${format}`);
const AT_ONCE = 8;

/**
 * @param own  the folder as the manifest names it, for errors
 * @param size  to which every image is scaled; left out, they have to have one size
 * @param opened  told of each file, by its path as the manifest has it
 */
export async function readImageFolder(
  path: string,
  own: string,
  size: readonly number[] | undefined,
  opened: (path: string) => void,
): Promise<Pools> {
  const sharp = await import("sharp").then(
    ({ default: sharp }) => sharp,
    ({ code, message }: NodeJS.ErrnoException) => {
      const reason = code === "ERR_MODULE_NOT_FOUND" ? "is not there: npm install sharp" : `does not load (${message.split("\n")[0]})`;
      throw datasetInvalid(`the images of ${own}`, `the package sharp, which decodes them, ${reason}`);
    },
  );
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: READERS });
  const folders = await foldersIn(path, own);
  const part = (names: readonly string[]) => names.find((name) => folders.includes(name));
  const train = part(PARTS.train);
  if (train === undefined) return { train: await readClasses(sharp, path, own, folders, size, opened) };
  const read = async (name: string, expected?: readonly string[]) => {
    const classes = await foldersIn(join(path, name), `${own}/${name}`);
    const other = expected && (classes.find((one) => !expected.includes(one)) ?? expected.find((one) => !classes.includes(one)));
    if (other !== undefined)
      throw datasetInvalid(`${own}/${name}`, `the class "${other}" is ${classes.includes(other) ? "not " : "only "}in ${own}/${train}`);
    return { classes, images: await readClasses(sharp, join(path, name), `${own}/${name}`, classes, size, opened) };
  };
  const { classes, images } = await read(train);
  const [validation, test] = [part(PARTS.validation), part(PARTS.test)];
  return {
    train: images,
    ...(validation !== undefined && { validation: (await read(validation, classes)).images }),
    ...(test !== undefined && { test: (await read(test, classes)).images }),
  };
}

async function foldersIn(path: string, own: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw cannotReadFile(own, "the folder of images", error);
  });
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map(({ name }) => name);
  if (names.length === 0) throw datasetInvalid(own, "it has no folders: each class of images is to have one");
  return names.sort();
}

async function readClasses(
  sharp: Sharp,
  path: string,
  own: string,
  classes: readonly string[],
  size: readonly number[] | undefined,
  opened: (path: string) => void,
): Promise<LabelledImages> {
  const files: { readonly file: string; readonly label: number }[] = [];
  for (const [label, name] of classes.entries()) {
    const images = (await readdir(join(path, name))).filter((file) => IMAGE.test(file)).sort();
    if (images.length === 0) throw datasetInvalid(`${own}/${name}`, "it has no images (.png, .jpg, .webp, .gif, .tif)");
    files.push(...images.map((file) => ({ file: `${name}/${file}`, label })));
  }
  const shape = size ? ([...size] as unknown as Shape) : await shapeOf(sharp, join(path, files[0]!.file), `${own}/${files[0]!.file}`);
  const length = shape[0] * shape[1] * shape[2];
  checkImages(`the images of ${own}`, files.length * length, Uint8Array.BYTES_PER_ELEMENT);
  const values = new Uint8Array(files.length * length);
  let next = 0;
  const keepDecoding = async () => {
    for (let n = next++; n < files.length; n = next++) {
      const { file } = files[n]!;
      const pixels = await decoded(sharp, join(path, file), `${own}/${file}`, shape, size !== undefined);
      values.set(pixels, n * length);
      opened(`${own}/${file}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, keepDecoding));
  return { shape, values, white: 255, labels: Int32Array.from(files, ({ label }) => label), classes: classes.length };
}

/** The size of the first image, with one channel if it is grey. */
async function shapeOf(sharp: Sharp, path: string, own: string): Promise<Shape> {
  const { width, height, space } = await damagedIfThrown(own, sharp(path).metadata());
  return [height, width, space === "b-w" || space === "grey16" ? 1 : 3];
}

/** The pixels [h, w, c] of an image, without transparency, turned as its camera was held. */
async function decoded(sharp: Sharp, path: string, own: string, shape: Shape, scaled: boolean): Promise<Uint8Array> {
  const [height, width, channels] = shape;
  const image = sharp(path)
    .rotate()
    .flatten()
    .toColourspace(channels === 1 ? "b-w" : "srgb");
  const { data, info } = await damagedIfThrown(
    own,
    (scaled ? image.resize(width, height, { fit: "fill" }) : image).raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true }),
  );
  if (info.height !== height || info.width !== width || info.channels !== channels)
    throw datasetInvalid(
      own,
      `it is ${info.height} × ${info.width} × ${info.channels}, and the first image ${shape.join(" × ")}: /dataset/size can scale all of them, for example to [32, 32, 3]`,
    );
  return data;
}

function damagedIfThrown<T>(own: string, decoding: Promise<T>): Promise<T> {
  return decoding.catch((error: Error) => {
    throw datasetInvalid(own, `it cannot be decoded (${error.message.split("\n")[0]})`);
  });
}
