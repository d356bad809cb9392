/** Records of runs, as the observer `recorder` writes them: one event a line, gzipped or not. @module */
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { cannotReadFile, recordInvalid } from "../../../core/errors/index.ts";
import type { SearchEvent } from "../../../core/record/events.ts";

/** The events of a run, in order. @throws EvokeError CANNOT_READ, RECORD_INVALID */
export async function readRecord(file: string): Promise<readonly SearchEvent[]> {
  const lines = (await recordText(file)).split("\n");
  return lines.flatMap((line, i) => {
    if (line === "") return [];
    let event: SearchEvent;
    try {
      event = JSON.parse(line) as SearchEvent;
    } catch {
      throw recordInvalid(file, `line ${i + 1} is not JSON`);
    }
    if (event?.sequence !== i) throw recordInvalid(file, `line ${i + 1} is not event ${i} of a run`);
    return event;
  });
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
