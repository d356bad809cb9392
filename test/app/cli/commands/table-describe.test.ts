import { test } from "uvu";
import * as assert from "uvu/assert";
import { Scratch } from "../command.ts";

const scratch = new Scratch();
const cells = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"].map(
  (operation) => `|${operation}~0|+|none~0|none~1|+|none~0|none~1|skip_connect~2|`,
);
const csv = `cell,val_loss_seed1,val_loss_seed2,ms\n${cells.map((cell, i) => `${cell},0.${i + 2},0.${i + 4},${i + 1}`).join("\n")}\n`;

test("a file is described, and imported by its description, by the command alone", async () => {
  scratch.write("losses.csv", csv);
  const described = await scratch.evoke("table", "describe", "losses.csv", "--out", "losses.json");
  assert.is(described.status, 0, described.stderr);
  assert.match(described.stderr, /evoke table add losses\.csv --as losses\.json/);
  assert.is((await scratch.evoke("validate", "losses.json")).stdout, "losses.json: right, the description of a table with 2 metrics\n");
  const added = await scratch.evoke("table", "add", "losses.csv", "--as", "losses.json");
  assert.is(added.status, 0, added.stderr);
  assert.match(added.stdout, /loss_losses_validation_seed_2 .* nats, loss, lower is better/);
  const [table] = JSON.parse((await scratch.evoke("table", "list", "--json")).stdout).filter(
    ({ name }: { name: string }) => name === "losses",
  );
  assert.equal([table.rows, table.description], [5, "5 architectures of losses.csv"]);
});

test("a table that takes the name of another says so, and one that is imported again does not", async () => {
  scratch.write("mine.csv", csv);
  assert.is((await scratch.evoke("table", "describe", "mine.csv", "--out", "mine.json")).status, 0);
  const add = async (...options: string[]) => (await scratch.evoke("table", "add", "mine.csv", "--as", "mine.json", ...options)).stderr;
  assert.equal([await add(), await add()], ["", ""]);
  scratch.write("mine.csv", csv.replace("0.2", "0.3"));
  assert.is(await add(), 'It replaces another table of the name "mine".\n');
  assert.match(await add("--name", "digits-201"), /^It hides the table "digits-201" that comes with Evoke/);
});

test("a file without a description is an error with the two commands that it needs, and so is a manifest for another command", async () => {
  scratch.write("losses.csv", csv);
  const undescribed = await scratch.evoke("table", "add", "losses.csv");
  assert.is(undescribed.status, 2);
  assert.match(undescribed.stderr, /evoke table describe losses\.csv --out .* evoke table add losses\.csv --as/);
  scratch.write("tabulate.json", { name: "made", fidelities: [] });
  const other = await scratch.evoke("table", "add", "losses.csv", "--as", "tabulate.json");
  assert.is(other.status, 2);
  assert.match(other.stderr, /as the manifest of a table that is to be imported: it is that of a table that is to be made/);
});

test.run();
