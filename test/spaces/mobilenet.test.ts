import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import { createdSpace } from "../../core/plugin/checks/create.ts";
import type { Plugin } from "../../core/plugin/plugin.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { latencyKeys } from "../../core/space/latency-table.ts";
import type { NetworkCost } from "../../core/space/network.ts";
import { costOf, shapesOf } from "../../core/space/network.ts";
import mobilenet from "../../spaces/mobilenet.ts";
import { openNetworkContract } from "../contracts/open-network.ts";
import { spaceContract } from "../contracts/space.ts";
import { distanceBetween } from "../fixtures.ts";

/** A host that has one file. */
const filesOf = (text: string) => ({ files: { read: async () => new TextEncoder().encode(text), changed: async () => false } });
function create(options: object = {}, text = ""): Space {
  const complete = structuredClone(options);
  assert.equal(problemsOf(mobilenet.options, complete), []);
  return mobilenet.create(complete as never, filesOf(text)) as Space;
}
const space = create();

/** What the authors of ASE-NAS published: in Table II, and the networks in their repository chenyaofo/ASE-NAS. */
const ASE_NAS = "3,3,3,4,4:5,5,7,0,5,5,7,0,5,7,5,0,5,5,5,7,5,7,7,7:6,6,3,0,6,4,6,0,6,6,6,0,6,6,6,4,6,6,4,4";
const ASE_NAS_PLUS = "4,4,3,4,4:3,5,5,5,7,7,3,7,5,3,7,0,5,5,7,7,3,5,5,3:6,6,3,3,3,6,3,6,6,3,6,0,6,3,6,4,6,6,4,6";
/** MobileNetV3-Large, but for three layers of unit 3, which there have expansions of 2.5, 2.3 and 2.3. */
const NEAR_MOBILENET_V3 = "2,3,4,2,3:3,3,0,0,5,5,5,0,3,3,3,3,3,3,0,0,5,5,5,0:4,3,0,0,3,3,3,0,6,3,3,3,6,6,0,0,6,6,6,0";

/** Two units, for images as small as those of `digits`. */
const SMALL = {
  units: [
    { channels: 16, stride: 2, squeezeExcitation: true, activation: "relu" },
    { channels: 24, stride: 1 },
  ],
  ...{ widthMultiplier: 1, stemChannels: 8, stemStride: 1, finalChannels: 48, featureChannels: 64 },
  ...{ imageSize: 8, imageChannels: 1, classes: 10 },
};

const UNREADABLE = [
  "3,3,3,4,4",
  ASE_NAS.replace("3,3,3,4,4", "3,3,4,4,4"),
  ASE_NAS.replace("5,5,7,0", "5,4,7,0"),
  ASE_NAS.replace("5,5,7,0", "5,5,7,7"),
  ASE_NAS.replace("3,3,3", "03,3,3"),
  `${ASE_NAS},3`,
  `${ASE_NAS}:3`,
  ASE_NAS.replace(":6", ":6.0"),
];
for (const [title, run] of spaceContract("mobilenet", space, UNREADABLE)) test(title, run);
for (const [title, run] of spaceContract("mobilenet of two units, by depth,", create({ ...SMALL, sampling: "by-depth" }))) test(title, run);

for (const [title, run] of openNetworkContract("mobilenet of two units", create(SMALL))) test(title, run);
for (const [title, run] of openNetworkContract("mobilenet whose shape stays", create({ ...SMALL, units: [{ channels: 8 }] })))
  test(title, run);

const members = fc.nat().map((seed) => create({ sampling: "by-depth" }).sample(randomStream(seed, "/test")));
const edits = (architecture: Architecture) => architecture.map((operation, component) => ({ component, operation }));

test("the published networks are read, and written as the authors do", () => {
  for (const text of [ASE_NAS, ASE_NAS_PLUS, NEAR_MOBILENET_V3]) assert.is(space.encode(space.decode(text)), text);
  assert.equal(create({ units: [{ channels: 8 }] }).decode("2:3,3,0,0:3,4,0,0"), [1, 2, 0, 0]);
});

test("there are (9² + 9³ + 9⁴)⁵ architectures, 10¹⁹ as the authors say", () => {
  assert.is(space.size, (81n + 729n + 6_561n) ** 5n);
  assert.is(space.size, 21_758_655_492_572_485_851n);
  assert.is(create({ units: [{ channels: 8 }] }).size, 7_371n);
});

test("a text with other depths than it has layers, or with a gap, is answered with the one that may be meant", () => {
  const gap = ASE_NAS.replace("5,5,7,0", "5,5,0,7").replace("6,6,3,0", "6,6,0,3");
  for (const text of [gap, ASE_NAS.replace("3,3,3,4", "4,4,4,4"), ASE_NAS.replaceAll(",", ", ")])
    assert.throws(
      () => space.decode(text),
      (error: Error) => error.message.includes(`Expected "${ASE_NAS}"`),
    );
  assert.throws(() => space.decode(ASE_NAS.replace("5,5,7,0", "5,4,7,0")), /in layer 2 of unit 1, or 0 and 0; found 4 and 6/);
  assert.throws(() => space.decode(ASE_NAS.replace("5,5,7,0", "5,0,7,0")), /in layer 2 of unit 1, or 0 and 0; found 0 and 6/);
  const short = ASE_NAS.replace("5,5,7,0", "5,0,0,0").replace("6,6,3,0", "6,0,0,0");
  assert.throws(() => space.decode(short), /2 to 4 layers in unit 1; found 1/);
});

test("uniform samples of a unit have each depth in proportion to its units: 1 : 9 : 81", () => {
  // 20,000 units: the share of depth 2, 0.011, has a standard error of 0.0007; of depth 3, 0.0021. Held to 4.
  const shares = depthShares(space);
  for (const [depth, units, error] of [[2, 81, 0.0007] as const, [3, 729, 0.0021] as const, [4, 6_561, 0.0022] as const])
    assert.ok(Math.abs(shares[depth]! - units / 7_371) < 4 * error, `depth ${depth}: ${shares[depth]}`);
});

test("samples by depth have a third of the units of each depth", () => {
  const shares = depthShares(create({ sampling: "by-depth" })); // standard error 0.0033, held to 4
  for (const depth of [2, 3, 4]) assert.ok(Math.abs(shares[depth]! - 1 / 3) < 4 * 0.0033, `depth ${depth}: ${shares[depth]}`);
});

function depthShares(of: Space): number[] {
  const rng = randomStream(1, "/test");
  const shares = [0, 0, 0, 0, 0];
  for (let i = 0; i < 4_000; i++)
    for (const depth of of.encode(of.sample(rng)).split(":")[0]!.split(",")) shares[Number(depth)]! += 1 / 20_000;
  return shares;
}

test("samples of one unit are uniform over all 7,371: χ² within 4 standard deviations", () => {
  const unit = create({ units: [{ channels: 8 }] });
  const rng = randomStream(2, "/test");
  const seen = new Map<string, number>();
  const draws = 10 * 7_371;
  for (let i = 0; i < draws; i++) {
    const text = unit.sample(rng).join();
    seen.set(text, (seen.get(text) ?? 0) + 1);
  }
  // Of 7,370 degrees of freedom, standard deviation √(2 · 7,370) = 121.
  const squares = [...seen.values()].reduce((sum, n) => sum + n ** 2, 0);
  assert.ok(Math.abs(squares / 10 - draws - 7_370) < 4 * 121);
});

test("from any architecture any other at distance d is reached by d modifications, one after the other or together", () => {
  fc.assert(
    fc.property(members, members, (from, to) => {
      assert.equal(space.modify(from, edits(to)), to);
      let at = from;
      for (let left = distanceBetween(from, to); left > 0; left--) {
        const nearer = space.neighbours(at).find((neighbour) => distanceBetween(neighbour, to) === left - 1);
        assert.ok(nearer, `${space.encode(at)} has no neighbour nearer to ${space.encode(to)}`);
        at = nearer!;
      }
      assert.equal(at, to);
    }),
  );
});

test("D(α, α ⊕ Δα) is at most the number of components that are modified, of units of any depth", () => {
  const modification = fc.record({ component: fc.nat({ max: 19 }), operation: fc.oneof(fc.constant(0), fc.nat({ max: 9 })) });
  fc.assert(
    fc.property(members, fc.array(modification, { maxLength: 8 }), (architecture, modifications) => {
      const modified = space.modify(architecture, modifications);
      assert.ok(space.contains(modified));
      assert.ok(distanceBetween(architecture, modified) <= new Set(modifications.map(({ component }) => component)).size);
    }),
    { numRuns: 2_000 },
  );
});

test("every unit, modified in any two components at once, stays within distance 2", () => {
  const unit = create({ units: [{ channels: 8 }] });
  // Operations beside absent are alike to the rules: two of them, and absent, show all cases.
  const some = [0, 1, 2];
  const units = some.flatMap((a) => some.flatMap((b) => some.flatMap((c) => some.map((d) => [a, b, c, d])))).filter(unit.contains);
  assert.is(units.length, 4 + 8 + 16);
  const one = [0, 1, 2, 3].flatMap((component) => [0, 1, 2, 3].map((operation) => ({ component, operation })));
  for (const architecture of units)
    for (const first of one)
      for (const second of one) {
        const modified = unit.modify(architecture, [first, second]);
        assert.ok(unit.contains(modified));
        assert.ok(distanceBetween(architecture, modified) <= 2);
      }
});

test("a fourth layer without a third moves into its place, a unit that loses its third layer loses its last instead", () => {
  const unit = create({ units: [{ channels: 8 }] });
  const set = (architecture: Architecture, ...operations: (readonly [component: number, operation: number])[]) =>
    unit.modify(
      architecture,
      operations.map(([component, operation]) => ({ component, operation })),
    );
  assert.equal(set([1, 2, 0, 0], [3, 5]), [1, 2, 5, 0]);
  assert.equal(set([1, 2, 3, 4], [2, 0]), [1, 2, 3, 0]);
  assert.equal(set([1, 2, 3, 4], [2, 0], [3, 5]), [1, 2, 5, 0]);
  assert.equal(set([1, 2, 3, 4], [2, 0], [3, 0]), [1, 2, 0, 0]);
  assert.equal(set([1, 2, 3, 0], [2, 0], [3, 5]), [1, 2, 5, 0]);
  assert.equal(set([1, 2, 3, 4], [0, 0]), [1, 2, 3, 4], "the first layer must be there");
});

test("the published networks have the multiply-adds of Table II within 2 %: 597M and 582M at width 1.2 and 224 × 224", () => {
  assert.equal(space.cost!(space.decode(ASE_NAS)), { madds: 587_856_560, parameters: 8_939_576 });
  assert.equal(space.cost!(space.decode(ASE_NAS_PLUS)), { madds: 583_320_272, parameters: 8_996_552 });
  for (const [text, published] of [[ASE_NAS, 597e6] as const, [ASE_NAS_PLUS, 582e6] as const])
    assert.ok(Math.abs(space.cost!(space.decode(text)).madds! / published - 1) < 0.02);
});

test("MobileNetV3-Large has, of the layers that the space has, all 5,483,032 parameters, and 219M multiply-adds within 2 %", () => {
  const of = create({ widthMultiplier: 1 });
  const { madds, parameters } = of.cost!(of.decode(NEAR_MOBILENET_V3)) as NetworkCost;
  // Expansion 3 of 80 channels makes 240; MobileNetV3-Large has 200, 184 and 184 there. A channel between costs
  // 80 weights before, 9 of its own, 80 after, and 2 normalisations, at 14 × 14.
  const surplus = 240 - 200 + 2 * (240 - 184);
  // What PyTorch's torchvision counts; its 1280 features have a bias, as in the classifier.
  assert.is(parameters - surplus * (80 + 9 + 80 + 2 * 2) + 1_280, 5_483_032);
  assert.ok(Math.abs((madds - surplus * (80 + 9 + 80) * 14 ** 2) / 219e6 - 1) < 0.02);
});

test("the network of an architecture costs what the space says, and each layer that has weights has its name once for a kind", () => {
  for (const of of [space, create(SMALL), create({ widthMultiplier: 0.35, imageSize: 97, sampling: "by-depth" })]) {
    const rng = randomStream(3, "/test");
    for (let i = 0; i < 10; i++) {
      const architecture = of.sample(rng);
      const network = of.network!(architecture);
      assert.equal(costOf(network), of.cost!(architecture));
      const weighty = network.layers.filter(({ kind }) => ["convolution", "depthwise", "batchNorm", "linear"].includes(kind));
      const names = weighty.map(({ kind, weights }) => weights && `${kind}: ${weights}`);
      assert.not(names.includes(undefined));
      assert.is(new Set(names).size, names.length);
    }
  }
});

test("a layer has the same names in deeper and shallower networks", () => {
  const names = (text: string) => new Set(space.network!(space.decode(text)).layers.map(({ weights }) => weights));
  const [shallow, deep] = ["2,2,2,2,2", "4,4,4,4,4"].map((depths) => {
    const layers = Array(5)
      .fill(depths[0] === "2" ? "3,3,0,0" : "3,3,3,3")
      .join();
    return names(`${depths}:${layers}:${layers}`);
  }) as [Set<unknown>, Set<unknown>];
  for (const name of shallow) assert.ok(deep.has(name));
});

test("the full-size network goes from 224 × 224 by 112, 56, 28, 14, 14 to 7, in widths that are multiples of 8", () => {
  const network = space.network!(space.decode(ASE_NAS));
  const shapes = shapesOf(network);
  const last = (name: string) => shapes[network.layers.findLastIndex(({ weights }) => weights === name)];
  assert.equal(last("stem"), [112, 112, 24]);
  assert.equal(last("first layer, project"), [112, 112, 24]);
  const units = [3, 3, 3, 4, 4].map((depth, u) => last(`unit ${u + 1}, layer ${depth}, project`));
  const expected = [
    [56, 56, 32],
    [28, 28, 48],
    [14, 14, 96],
    [14, 14, 136],
    [7, 7, 192],
  ];
  assert.equal(units, expected);
  assert.equal(last("final"), [7, 7, 1152]);
  assert.equal(last("features"), [1, 1, 1536]);
  assert.equal(shapes.at(-1), [1, 1, 1000]);
  // A shortcut in the first layer, and in each of a unit but its first.
  assert.is(network.layers.filter(({ kind }) => kind === "sum").length, 1 + 2 + 2 + 2 + 3 + 3);
  assert.is(network.layers.filter(({ kind }) => kind === "scale").length, 3 + 4 + 4);
});

test("a layer of a small network is counted by hand", () => {
  const unit = { channels: 24, stride: 2, squeezeExcitation: true };
  const of = create({ ...SMALL, units: [unit] });
  const [two, three] = ["2:3,3,0,0:3,3,0,0", "3:3,3,5,0:3,3,4,0"].map((text) => of.cost!(of.decode(text)));
  const hidden = 4 * 24;
  const reduced = 24;
  const weights = 24 * hidden + 25 * hidden + hidden * 24;
  const excitation = 2 * hidden * reduced;
  assert.equal(
    { madds: three!.madds! - two!.madds!, parameters: three!.parameters! - two!.parameters! },
    { madds: weights * 4 ** 2 + excitation, parameters: weights + 2 * (2 * hidden + 24) + excitation + reduced + hidden },
  );
});

test("a stride of a unit is that of its first layer; a unit of stride 1 that keeps its channels has a shortcut in each", () => {
  const of = create({ ...SMALL, units: [{ channels: 8 }] });
  const network = of.network!(of.decode("2:3,3,0,0:3,3,0,0"));
  assert.is(network.layers.filter(({ kind }) => kind === "sum").length, 3);
});

test("left open, a unit has the depth that weighs most, and each layer of it the choice that does", () => {
  const { edges, derive, operationsOf, network } = space.open!();
  assert.equal(
    edges.slice(0, 5).map(({ name, operations, condition }) => [name, operations.length, condition]),
    [
      ["depth of unit 1", 3, undefined],
      ["layer 1 of unit 1", 9, undefined],
      ["layer 2 of unit 1", 9, undefined],
      ["layer 3 of unit 1", 9, { edge: 0, operations: [1, 2] }],
      ["layer 4 of unit 1", 9, { edge: 0, operations: [2] }],
    ],
  );
  const best = operationsOf(space.decode(ASE_NAS));
  assert.equal(best.slice(0, 5), [1, 5, 5, 6, undefined], "three layers: k5 e6, k5 e6, k7 e3");
  // What weighs most in a layer that is not there says nothing, however much it weighs.
  const weights = edges.map(({ operations }, e) => operations.map((_, k) => (k === (best[e] ?? 4) ? 0.4 : 0.6 / operations.length)));
  assert.is(space.encode(derive(weights.with(4, [0, 0, 0, 0, 1, 0, 0, 0, 0]))), ASE_NAS);
  const names = network.layers.filter(({ kind }) => kind === "depthwise").map(({ weights }) => weights);
  assert.is(new Set(names).size, 1 + 20 * 9, "a filter of its own for each choice of each layer, and the stem's");
  assert.throws(
    () => space.open!(4),
    (error: Error & { code?: string }) => error.code === "SPACE_INVALID" && error.message.includes("1/4 of the channels"),
  );
});

/** Milliseconds that a device could take: twice its kernel and its expanded channels, squeezing a little more. */
function madeUpTable(of: Space): string {
  const rows = new Map<string, number>();
  for (let operation = 1; operation <= 9; operation++) {
    const blocks = of.blocks!(Array(of.length).fill(operation));
    for (const [i, key] of latencyKeys(blocks).entries()) {
      const block = blocks[i]!;
      rows.set(key, block.kind === "inverted-residual" ? 0.1 * block.kernel + 0.01 * block.expanded : 0.25);
    }
  }
  return [...rows].map(([key, mean]) => `${key}:\n  mean: ${mean}\n`).join("");
}

test("with a table of a device, milliseconds are counted: those of the blocks", async () => {
  const plain = create(SMALL);
  const table = madeUpTable(plain);
  const timed = await create({ ...SMALL, latencyTable: "device.yaml" }, table);
  assert.equal(timed.costs!.at(-1), { name: "latency", unit: "ms", goal: "minimise" });
  const rng = randomStream(4, "/test");
  for (let n = 0; n < 20; n++) {
    const architecture = timed.sample(rng);
    const blocks = timed.blocks!(architecture);
    const sum = blocks.reduce((ms, one) => ms + (one.kind === "inverted-residual" ? 0.1 * one.kernel + 0.01 * one.expanded : 0.25), 0);
    const { latency, ...counted } = timed.cost!(architecture) as { latency: number };
    assert.ok(Math.abs(latency - sum) < 1e-9);
    assert.equal(counted, plain.cost!(architecture));
  }
  const error = await Promise.resolve(create({ ...SMALL, latencyTable: "device.yaml", imageSize: 16 }, table)).catch((error) => error);
  assert.match(String(error), /the table device.yaml has no block Conv-input:16x16x1-output:16x16x8\./);

  const options = { ...structuredClone(SMALL), latencyTable: "device.yaml" };
  assert.equal(problemsOf(mobilenet.options, options), []);
  const drawn = await createdSpace({ plugin: mobilenet as Plugin<"space">, options, pointer: "/space", file: "the results" });
  const architecture = drawn.sample(rng);
  assert.equal(drawn.cost!(architecture), plain.cost!(architecture), "where there are no files");
});

test.run();
