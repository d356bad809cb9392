/**
 * The backends that tests run on.
 *
 * @module
 */
import { test } from "uvu";
import type { TensorflowBackend } from "../../core/training/settings.ts";
import { describeBackends } from "../../training/tensorflow.ts";
import { when } from "../when.ts";

/** `test` for each backend; where one is absent, its tests are skipped. */
export const TEST_ON: readonly { readonly backend: TensorflowBackend; readonly test: ReturnType<typeof when> }[] = (
  await describeBackends()
).map(({ backend, available, detail }) => ({
  backend,
  test: when(test, available, `the backend ${backend} is absent: ${detail}`),
}));
