/** Reads the lines of a file that people name, a piece at a time, however many there are. @module */
import { createReadStream, readSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { EvokeError } from "../../core/errors/index.ts";
import { allowed, MOST } from "./limits.ts";
import { isGzip, type NamedFile, tooLarge, withOpened } from "./named-file.ts";

/**
 * The lines of a text in UTF-8, gzipped or not, without their ends; after the last end there is none. None may be longer
 * than MOST.line.
 * @param damaged  makes the error of a file that is not as it should be
 * @throws EvokeError CANNOT_READ, FILE_TOO_LARGE, or what `damaged` makes
 */
export async function* linesOfNamed(file: NamedFile, damaged: (problem: string) => Error): AsyncGenerator<string> {
  const packed = withOpened(file, (descriptor) => {
    const first = new Uint8Array(2);
    readSync(descriptor, first);
    return isGzip(first);
  });
  const bytes = createReadStream(file.path);
  const pieces = packed ? bytes.pipe(createGunzip()) : bytes;
  bytes.on("error", (error) => pieces.destroy(error));
  const decoder = new TextDecoder();
  let count = 0;
  let number = 1;
  let rest = "";
  try {
    for await (const piece of pieces as AsyncIterable<Buffer>) {
      count += piece.length;
      if (count > allowed(file.most)) throw tooLarge(file);
      const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
      rest = lines.pop()!;
      if (rest.length > MOST.line) throw damaged(`line ${number + lines.length} has more than ${MOST.line / 1e6} MB`);
      for (const line of lines) yield line;
      number += lines.length;
    }
  } catch (error) {
    throw error instanceof EvokeError || !packed ? error : damaged(`it is damaged: ${(error as Error).message}`);
  } finally {
    bytes.destroy();
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
