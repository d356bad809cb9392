/**
 * Data that is not part of the repository: ../shared/data, or the folder that EVOKE_SHARED_DATA names.
 * Tests that need it are skipped where it is absent.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { test as uvuTest } from "uvu";
import { when } from "./when.ts";

const folder = process.env.EVOKE_SHARED_DATA ?? resolve(fileURLToPath(new URL("../../shared/data", import.meta.url)));

/** The path of a shared file, there or not. */
export const sharedFile = (name: string): string => join(folder, name);

/** `test` where the shared file is there. */
export const whenShared = (test: typeof uvuTest, name: string) => when(test, existsSync(sharedFile(name)), `${sharedFile(name)} is absent`);
