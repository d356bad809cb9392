import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { cannotWriteFile } from "../../../core/errors/index.ts";

/** Replaces a file as one step: a reader, or a kill, sees the old one or the new one. */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, content);
    await rename(`${file}.new`, file);
  } catch (error) {
    throw cannotWriteFile(file, error as NodeJS.ErrnoException);
  }
}
