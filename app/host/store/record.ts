/** Records of runs, as the observer `recorder` writes them: one event a line, gzipped or not. @module */
import { recordInvalid } from "../../../core/errors/index.ts";
import { plainJson } from "../../../core/json/plain-json.ts";
import { eventProblem } from "../../../core/record/event-schema.ts";
import type { SearchEvent } from "../../../core/record/events.ts";
import { MOST } from "../../../training/files/limits.ts";
import { linesOfNamed } from "../../../training/files/named-lines.ts";

/** The events of a run, in order, a piece of the file at a time. @throws EvokeError CANNOT_READ, FILE_TOO_LARGE, RECORD_INVALID */
export async function* readRecord(path: string): AsyncGenerator<SearchEvent> {
  let count = 0;
  for await (const line of linesOfNamed({ path, what: "the record", most: MOST.record }, (problem) => recordInvalid(path, problem))) {
    let event: SearchEvent;
    try {
      event = plainJson(line) as SearchEvent;
    } catch {
      throw recordInvalid(path, `line ${count + 1} is not JSON`);
    }
    if (event?.sequence !== count) throw recordInvalid(path, `line ${count + 1} is not event ${count} of a run`);
    const problem = eventProblem(event);
    if (problem !== undefined) throw recordInvalid(path, `line ${count + 1}: ${problem}`);
    count++;
    yield event;
  }
}
