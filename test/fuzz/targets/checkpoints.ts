/** What Evoke keeps for itself: trainings under way, shared weights, how fast backends are. @module */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { KeptTraining } from "../../../training/checkpoints/kept-training.ts";
import { editedBytes } from "../mutations.ts";
import { target, WrongResult } from "../target.ts";

const CHECKPOINT = { epochs: [{ epoch: 1, loss: 0.5, validation: 50, test: 49 }], state: Uint8Array.from({ length: 64 }, (_, i) => i) };

export default target<Uint8Array>({
  name: "checkpoints",
  async inputs() {
    const folder = mkdtempSync(join(tmpdir(), "evoke-fuzz-checkpoint-"));
    const training = new KeptTraining(join(folder, "a"), "digest", () => {});
    training.keep(CHECKPOINT as never);
    await training.settled();
    const bytes = readFileSync(join(folder, "a"));
    rmSync(folder, { recursive: true });
    return editedBytes(bytes);
  },
  async act(bytes, { folder }) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "a"), bytes);
    const found = await new KeptTraining(join(folder, "a"), "digest", () => {}).read();
    if (found && !isDeepStrictEqual(found, { checkpoint: CHECKPOINT })) throw new WrongResult(`${JSON.stringify(found)} was read`);
  },
});
