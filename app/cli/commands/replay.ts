/** `evoke replay`: folds records of events into the results of their runs, one JSON line each. @module */
import { recordInvalid } from "../../../core/errors/index.ts";
import { ResultFold } from "../../../core/record/result.ts";
import { readRecord } from "../../host/store/record.ts";
import { print } from "../streams.ts";

export async function replayCommand(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const fold = new ResultFold();
    for await (const event of readRecord(file)) fold.next(event);
    const result = fold.result();
    if (!result) throw recordInvalid(file, "its run did not finish");
    print(`${JSON.stringify(result)}\n`);
  }
}
