/** Records of runs and the events in them: what is folded from them, and what a predictor learns from. @module */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { recordedPairs } from "../../../app/host/fit.ts";
import { readRecord } from "../../../app/host/store/record.ts";
import { recordInvalid } from "../../../core/errors/index.ts";
import { ResultFold } from "../../../core/record/result.ts";
import { runWith, small, space } from "../../experiments.ts";
import { editedBytes, editedLines } from "../mutations.ts";
import { target } from "../target.ts";

export default target<Uint8Array>({
  name: "records",
  async inputs() {
    const { events } = await runWith(small);
    const lines = editedLines(events, 3).map((text) => new TextEncoder().encode(text));
    const packed = gzipSync(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    return fc.oneof({ weight: 4, arbitrary: lines }, { weight: 1, arbitrary: editedBytes(packed) });
  },
  async act(bytes, { folder }) {
    const file = join(folder, "1.jsonl");
    writeFileSync(file, bytes);
    const fold = new ResultFold();
    for await (const event of readRecord(file)) fold.next(event);
    const result = fold.result();
    if (!result) throw recordInvalid(file, "its run did not finish");
    JSON.stringify(result);
    await recordedPairs(join(folder, "fit.json"), ["1.jsonl"], space);
  },
});
