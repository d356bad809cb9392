/** What whoever can write to a queue can have its workers do, and what not: see docs/security.md. No server is needed. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { openExperiment } from "../../app/host/experiment.ts";
import { sha256Of } from "../../app/host/queue/parcels/file-content.ts";
import type { Packed } from "../../app/host/queue/parcels/pack.ts";
import type { EvokeError } from "../../core/errors/index.ts";
import { forged, openAt, packedFile, sentTo } from "../support/parcels.ts";
import { claimsOf } from "./claims.ts";
import { experiment, PLUGIN, stranger, treeOf, Watched } from "./watched.ts";

const { claim, run } = claimsOf(import.meta.url);
const scratch = new Watched();
const { folder, hasRun } = stranger(scratch, "strange");
const harmless = PLUGIN.replace(/writeFileSync\(.*\n/, "");
scratch.write("strange/plugin.mjs", harmless);
const packed = (name: string, changes: object) =>
  packedFile({ file: scratch.write(`strange/${name}.json`, experiment({ name, ...changes })), changes: [] });
const plain = await packed("plain", {});
const coded = await packed("coded", { plugins: ["./plugin.mjs"] });
let homes = 0;
const emptyHome = () => scratch.path(`worker-${++homes}`);

/** The parcel with a manifest that says something else, and nothing of it elsewhere. */
const saying = (changes: object, tree: object = {}): Packed =>
  forged(plain, { parcel: { manifest: JSON.stringify({ ...JSON.parse(plain.parcel.manifest), ...changes }), command: false }, tree });

/** Opens it and composes it, as a worker without --trust. @returns the error */
async function refusedBy(home: string, parcel: Packed): Promise<EvokeError> {
  const error = await openAt(home, parcel, { trust: false })
    .then(({ source }) => openExperiment(source))
    .then(
      () => undefined,
      (thrown) => thrown as EvokeError,
    );
  assert.ok(error, "it was opened");
  return error;
}

claim("A queue can have its workers compute whatever a manifest can say", async () => {
  const { source } = await sentTo(emptyHome(), plain, { trust: false });
  const { composition } = await openExperiment(source);
  assert.is(composition.digest, plain.parcel.digest);
});

claim("A queue can have workers with `--trust` run any code", async () => {
  const home = emptyHome();
  const parcel = await packed("hostile", { plugins: ["./hostile.mjs"] });
  await sentTo(home, parcel, { trust: true });
  assert.ok(Object.keys(treeOf(home)).some((path) => path.endsWith("/ran")));
  rmSync(join(folder, "ran")); // where it was packed
});

claim("A queue can have a worker open a file that its user may read, by an absolute path, and hear what is wrong with it", async () => {
  const secret = scratch.write("outside/secret.txt", "{ secret-of-mine");
  const { message } = await refusedBy(
    emptyHome(),
    saying({ evaluator: { use: "benchmark", options: { table: secret, dataset: "digits" } } }),
  );
  assert.match(message, /secret\.txt.*"\{ secr"/);
});

claim("A queue cannot have a worker without `--trust` run a module or start a program, whatever a parcel says of itself", async () => {
  const metric = { name: "score", dataset: "x", epochs: 1, unit: "percent" };
  const hidden = new TextEncoder().encode(PLUGIN);
  const file = { path: "strange/hostile.mjs", use: "data", sha256: sha256Of(hidden), bytes: hidden.length };
  const withFile = (changes: object) => {
    const parcel = saying(changes, { folder: "strange", files: [file], links: [] });
    (parcel.sources as Map<string, Uint8Array>).set(file.sha256, hidden);
    return parcel;
  };
  const training = { dataset: { name: "digits" }, training: { epochs: 1 }, backend: "pytorch", python: "./evil" };
  const url = `data:text/javascript,import{writeFileSync}from"fs";writeFileSync(${JSON.stringify(join(folder, "ran"))},"")`;
  for (const parcel of [
    coded,
    withFile({ plugins: ["./hostile.mjs"] }),
    withFile({ plugins: [join(folder, "hostile.mjs")] }),
    saying({ plugins: [url] }),
    saying({ evaluator: { use: "command", options: { command: [join(folder, "evil")], metric } } }),
    saying({ evaluator: { use: "training", options: training } }),
    saying({
      evaluator: { use: "training", options: { ...training, python: join(folder, "evil"), backend: "fastest" } },
    }),
  ])
    assert.is((await refusedBy(emptyHome(), parcel)).code, "PARCEL_UNTRUSTED", parcel.parcel.manifest);
  // By way of another manifest, which travels as data.
  const coded2 = new TextEncoder().encode(JSON.stringify(experiment({ plugins: ["./hostile.mjs"], subspaces: { count: 2, radius: 2 } })));
  const begins = { ...file, path: "strange/begins.json", sha256: sha256Of(coded2), bytes: coded2.length };
  const initial = { use: "from-run", options: { experiment: "./begins.json" } };
  const led = saying({ subspaces: { count: 2, radius: 2, initial } }, { folder: "strange", files: [begins, file], links: [] });
  for (const [one, bytes] of [
    [begins, coded2],
    [file, hidden],
  ] as const)
    (led.sources as Map<string, Uint8Array>).set(one.sha256, bytes);
  assert.is((await refusedBy(emptyHome(), led)).code, "PARCEL_UNTRUSTED");
  assert.not(hasRun());
});

claim("A queue cannot have a worker unpack anything outside of its own folder", async () => {
  const before = treeOf(scratch.path("strange"));
  const bytes = new TextEncoder().encode("evil");
  const content = { use: "data", sha256: sha256Of(bytes), bytes: bytes.length };
  const outside = scratch.path("strange/evil");
  for (const tree of [
    ...["../evil", outside, "a/../../evil", "./evil", "a//evil", "..", "a\0b", ""].map((path) => ({
      files: [{ ...content, path }],
      links: [],
    })),
    { files: [], links: [{ path: "evil", to: "../../strange" }] },
    { files: [], links: [{ path: "evil", to: scratch.path("strange") }] },
    { files: [], links: [{ path: "../evil", to: "a" }] },
    { files: [{ ...content, path: "link/evil" }], links: [{ path: "link", to: "a" }] },
    { files: [], links: [], folder: "../../strange" },
  ]) {
    const parcel = saying({}, tree);
    (parcel.sources as Map<string, Uint8Array>).set(content.sha256, bytes);
    const home = emptyHome();
    assert.is((await refusedBy(home, parcel)).code, "PARCEL_INVALID", JSON.stringify(tree));
    assert.not(existsSync(join(home, "parcels")));
  }
  assert.equal(treeOf(scratch.path("strange")), before);
});

claim("A queue cannot have other content taken for what was sent: each is compared with its SHA-256", async () => {
  for (const sha256 of [plain.sha256, plain.parcel.tree.sha256]) {
    const sources = new Map(plain.sources);
    const bytes = new Uint8Array(sources.get(sha256) as Uint8Array);
    bytes[bytes.length - 2]! ^= 1;
    sources.set(sha256, bytes);
    const error = await refusedBy(emptyHome(), { ...plain, sources });
    assert.is(error.code, "PARCEL_INVALID");
    assert.match(error.message, /another digest/);
  }
});

run();
