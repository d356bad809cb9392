/**
 * The dataset `digits`, embedded: 1,797 handwritten digits of 8 × 8 pixels with values 0…16.
 *
 * Optical Recognition of Handwritten Digits, by E. Alpaydin and C. Kaynak, UCI Machine Learning
 * Repository, 1998, https://doi.org/10.24432/C50P49, licensed under CC BY 4.0
 * (https://creativecommons.org/licenses/by/4.0/). These are its test images, in the order and form in
 * which scikit-learn ships them (`load_digits`); nothing was changed but the packing.
 *
 * @module
 */
import { gunzipSync } from "node:zlib";
import packed from "./digits.data.ts";
import type { LabelledImages } from "./labelled-images.ts";

const COUNT = 1797;
const SIDE = 8;

/** How much of `digits` is held out where a manifest does not say; 900 images are left for training. */
export const DIGITS_SPLIT = { validation: 400, test: 497 };

export function readDigits(): LabelledImages {
  const bytes = new Uint8Array(gunzipSync(Uint8Array.from(atob(packed), (character) => character.charCodeAt(0))));
  return {
    shape: [SIDE, SIDE, 1],
    values: bytes.subarray(0, COUNT * SIDE ** 2),
    white: 16,
    labels: bytes.subarray(COUNT * SIDE ** 2),
    classes: 10,
  };
}
