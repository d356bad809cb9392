/** Journals of tables that are being made. @module */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TabulateJournal } from "../../../app/host/tabulate/tabulate-journal.ts";
import { editedLines } from "../mutations.ts";
import { target } from "../target.ts";

const KEY = { architecture: "a", epochs: 2, seed: 1 };
const LINES = [
  { machine: { processor: "p", threads: 2 } },
  {
    ...KEY,
    curve: [
      [1, 50, 49.5],
      [2, 60, 59],
    ],
    seconds: 1.5,
  },
  { ...KEY, seed: 2, curve: [[2, 61, 60]], seconds: 1.25 },
];

export default target<string>({
  name: "journals",
  inputs: () => editedLines(LINES, 3),
  async act(text, { folder }) {
    const file = join(folder, "journal.jsonl");
    writeFileSync(file, text);
    const journal = await TabulateJournal.open(file);
    try {
      const { curve, seconds } = journal.get(KEY) ?? {};
      curve?.map(([epoch, validation, test]) => epoch + validation + test + seconds!);
      await journal.addMachine({ processor: "q" });
      await journal.add({ ...KEY, seed: 3, curve: [[2, 1, 1]], seconds: 1 });
    } finally {
      await journal.close();
    }
    await (await TabulateJournal.open(file)).close();
  },
});
