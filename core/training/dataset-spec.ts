/**
 * How a manifest says which images a network is trained on: options of the evaluator `training` and
 * of `evoke tabulate`. What opens them is outside core, in training/dataset.ts.
 *
 * @module
 */
import type { OptionsOf } from "../json/options.ts";

const FILES = { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 } as const;
const COUNT = { type: "integer", minimum: 1, maximum: 10_000_000 } as const;

/** The schema of the option that says which images there are. */
export const datasetSchema = {
  description: "The images: what they are, how they are divided, and how they are augmented",
  type: "object",
  additionalProperties: false,
  required: ["name"],
  examples: [{ name: "digits" }],
  properties: {
    name: {
      description: "digits is built in; the others say the format of the files, images that they are PNG, JPEG and so on",
      enum: ["digits", "idx", "cifar10", "cifar100", "imagenet16-120", "images", "npz"],
    },
    as: {
      description: "what metrics and tables call it, for example fashion-mnist; default: its name",
      type: "string",
      pattern: "^[a-z0-9]+(-[a-z0-9]+)*$",
    },
    folder: {
      description:
        "where the files are as they are distributed, relative to the manifest: a folder, or a .tar or .tar.gz; of images, with a folder for each class, or with the folders train, validation and test, in which these are",
      type: "string",
      minLength: 1,
    },
    files: {
      description: "instead of a folder: relative to the manifest, each of them gzipped or not; of idx in pairs, images before labels",
      type: "object",
      additionalProperties: false,
      required: ["train"],
      properties: {
        train: { description: "divided into training and validation images, and test images where no test files are named", ...FILES },
        validation: { description: "validation images; left out, they are taken from the others", ...FILES },
        test: { description: "test images", ...FILES },
      },
    },
    size: {
      description: "of images: height, width and channels to which each is brought; left out, they have to have one size",
      type: "array",
      items: { type: "integer", minimum: 1, maximum: 4096 },
      minItems: 3,
      maxItems: 3,
    },
    pool: {
      description: "images are made smaller: a pixel is the mean of a square of so many pixels each way; left out, they stay as they are",
      type: "integer",
      minimum: 2,
      maximum: 4096,
    },
    split: {
      description: "how many images are for what, each class in proportion",
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        train: { description: "default: those that the others leave", ...COUNT },
        validation: {
          description:
            "default: all of the validation files; half of the files that they are taken from, or a quarter where the test images come from these too",
          ...COUNT,
        },
        test: { description: "default: all of the test files, less what is for validation, or a quarter of the training files", ...COUNT },
        validationFrom: {
          description: "which files validation images are taken from, where they have none of their own; default: train",
          enum: ["train", "test"],
        },
        seed: { description: "of the division and of the copies", type: "integer", minimum: 0, maximum: 2 ** 48, default: 0 },
      },
    },
    normalise: {
      description:
        "what is subtracted from a value between 0 and 1, and divided by, for each channel or for all; default: those of the training images",
      type: "object",
      additionalProperties: false,
      required: ["mean", "std"],
      properties: {
        mean: { type: "array", items: { type: "number" }, minItems: 1 },
        std: { type: "array", items: { type: "number", exclusiveMinimum: 0 }, minItems: 1 },
      },
    },
    augmentation: {
      description: "how a training image is augmented, anew each time that it is drawn",
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        shift: {
          description: "moved by at most so many pixels each way: a crop from the image with a margin of black",
          type: "integer",
          minimum: 0,
          maximum: 1000,
          default: 0,
        },
        flip: { description: "mirrored, left to right, every other time", type: "boolean", default: false },
        cutout: {
          description: "side of a square, in pixels, that is blotted out at a random place",
          type: "integer",
          minimum: 0,
          maximum: 1000,
          default: 0,
        },
        noise: {
          description: "standard deviation of Gaussian noise, in units of the normalised image",
          type: "number",
          minimum: 0,
          maximum: 1000,
          default: 0,
        },
      },
    },
    copies: {
      description: "validation and test images are so many copies of each, augmented as training images are, once for all; 0: as they are",
      type: "integer",
      minimum: 0,
      maximum: 1000,
      default: 0,
    },
  },
} as const;

/** A dataset as a manifest names it, its defaults filled in. */
export type DatasetSpec = OptionsOf<typeof datasetSchema>;
