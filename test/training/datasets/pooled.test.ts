import { test } from "uvu";
import * as assert from "uvu/assert";
import { EvokeError } from "../../../core/errors/index.ts";
import { pooled } from "../../../training/datasets/labelled-images.ts";

test("pooled images are the means of squares of pixels, channel by channel", () => {
  // Two images of 8 × 4: the byte of pixel (y, x) in channel c of image n is 100 n + 30 c + 2 y + x.
  const value = (n: number, y: number, x: number, c: number) => 100 * n + 30 * c + 2 * y + x;
  const of = (height: number, width: number, at: typeof value) =>
    [0, 1].flatMap((n) =>
      Array.from({ length: height * width * 3 }, (_, i) => at(n, Math.floor(i / 3 / width), Math.floor(i / 3) % width, i % 3)),
    );
  const images = { shape: [8, 4, 3] as const, white: 255, labels: Uint8Array.of(0, 1) };
  const found = pooled({ ...images, values: Uint8Array.from(of(8, 4, value)) }, 2, "the dataset");
  assert.equal(found.shape, [4, 2, 3]);
  assert.equal(
    [...found.values],
    of(4, 2, (n, y, x, c) => value(n, 2 * y, 2 * x, c) + 1.5),
  );
  assert.equal([found.white, found.labels], [255, images.labels]);
});

test("images that are no whole squares are refused", () => {
  const images = { shape: [2, 3, 1] as const, values: new Uint8Array(6), white: 255, labels: Uint8Array.of(0) };
  try {
    pooled(images, 2, 'the dataset "idx"');
    assert.unreachable();
  } catch (error) {
    assert.instance(error, EvokeError);
    assert.match((error as Error).message, /2 × 3, no whole squares of the 2 × 2 pixels of \/dataset\/pool/);
  }
});

test.run();
