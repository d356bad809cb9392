/** `evoke replay`: folds records of events into the results of their runs, one JSON line each. @module */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { gunzipSync } from "node:zlib";
import { cannotReadFile, recordInvalid } from "../../core/errors.ts";
import type { SearchEvent } from "../../core/events.ts";
import { ResultFold } from "../../core/result.ts";

export async function replayCommand(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const fold = new ResultFold();
    for (const [i, line] of (await recordText(file)).split("\n").entries()) {
      if (line === "") continue;
      let event: SearchEvent;
      try {
        event = JSON.parse(line) as SearchEvent;
      } catch {
        throw recordInvalid(file, `line ${i + 1} is not JSON`);
      }
      if (event?.sequence !== i) throw recordInvalid(file, `line ${i + 1} is not event ${i} of a run`);
      fold.next(event);
    }
    const result = fold.result();
    if (!result) throw recordInvalid(file, "its run did not finish");
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}

async function recordText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error) => {
    throw cannotReadFile(file, "the record", error);
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString("utf8");
  try {
    return gunzipSync(bytes).toString("utf8");
  } catch (error) {
    throw recordInvalid(file, `it is damaged: ${(error as Error).message}`);
  }
}
