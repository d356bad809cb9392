import { test } from "uvu";
import * as assert from "uvu/assert";
import { GraphModel } from "../../../core/evoking/graph-model.ts";
import type { Proposal } from "../../../core/plugin/controller.ts";
import { SubspaceGraph } from "../../../core/plugin/subspace-graph.ts";
import { randomStream } from "../../../core/random/rng.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import { uniformModifications } from "../../../core/space/modifications.ts";
import { distanceBetween, separableValidation, tinySpace } from "../../fixtures.ts";

const space = tinySpace(6, 4);
const score = separableValidation(space);

/** A model of two subspaces, after so many evaluations of random architectures. */
function taught(evaluations: number, score: (architecture: Architecture) => number, feasible = (_: Architecture) => true) {
  const subspaces = new SubspaceGraph(2, 3);
  const rng = randomStream(7, "/test");
  for (let k = 0; k < 2; k++) {
    const centre = space.sample(rng);
    subspaces.evoke(k, centre, score(centre));
  }
  const model = new GraphModel({ space, subspaces, feasible });
  for (let n = 0; n < evaluations; n++) {
    const architecture = space.sample(rng);
    model.observe({ architecture, score: score(architecture), reward: 0 });
  }
  model.learn();
  return { model, subspaces, rng };
}

/** Of pairs of architectures so drawn, the share of which it knows the better one. */
function shareKnown(model: GraphModel, draw: () => Architecture): number {
  let [right, asked] = [0, 0];
  for (let n = 0; n < 300; n++) {
    const [a, b] = [draw(), draw()];
    if (score(a) === score(b)) continue;
    const believed = model.value(a)! - model.value(b)!;
    if (believed > 0 === score(a) > score(b)) right++;
    asked++;
  }
  return right / asked;
}

test("what is better than a centre is believed to be, and what is worse", () => {
  const { model, subspaces } = taught(150, score);
  for (const [subspace, centre] of subspaces.centres.entries()) {
    assert.is(model.centres[subspace], model.value(centre));
    const ranked = space.neighbours(centre).sort((a, b) => score(a) - score(b));
    assert.ok(model.value(ranked.at(-1)!)! > model.centres[subspace]!);
    assert.ok(model.value(ranked[0]!)! < model.centres[subspace]!);
  }
});

test("it knows the better of two in more than 0.9 of all pairs after 150 evaluations", () => {
  const { model, rng } = taught(150, score);
  const share = shareKnown(model, () => space.sample(rng));
  assert.ok(share > 0.9, `${share}`);
});

test("of much that is known it learns what is nearest to the centres", () => {
  const { model, subspaces, rng } = taught(0, score);
  const near = (subspace: number) => {
    const centre = subspaces.centres[subspace]!;
    return space.modify(centre, uniformModifications(space, centre, 2, rng));
  };
  const far = () => {
    for (;;) {
      const one = space.sample(rng);
      if (subspaces.centres.every((centre) => distanceBetween(centre, one) >= 4)) return one;
    }
  };
  for (let n = 0; n < 900; n++) {
    const [architecture, turned] = n % 3 === 0 ? [near(n % 2), 1] : [far(), -1];
    model.observe({ architecture, score: turned * score(architecture), reward: 0 });
  }
  model.learn();
  const share = shareKnown(model, () => near(0));
  assert.ok(share > 0.9, `${share}`);
});

test("what failed counts as the worst that is known", () => {
  const failing = (architecture: Architecture) => (architecture[0] === 0 ? Number.NaN : score(architecture));
  const { model, rng } = taught(150, failing);
  let worse = 0;
  for (let n = 0; n < 100; n++) {
    const sound = space.sample(rng).with(0, 1);
    if (model.value(sound.with(0, 0))! < model.value(sound)!) worse++;
  }
  assert.ok(worse > 95, `${worse} of 100`);
});

test("it learns the first centres, then only what is new", () => {
  const { model, rng } = taught(0, score);
  assert.not(model.learn());
  model.observe({ architecture: space.sample(rng), score: Number.NaN, reward: Number.NaN, withdrawn: true });
  assert.not(model.learn());
  model.observe({ architecture: space.sample(rng), score: 50, reward: 0 });
  assert.ok(model.learn());
});

/** Hands out proposals one after the other. */
function drawer(architectures: readonly Architecture[]): () => Proposal {
  let drawn = 0;
  return () => ({ architecture: architectures[drawn++]!, subspace: 0 });
}

test("of the draws it takes the best one that is new and that the limits admit, and no draw twice", () => {
  const forbidden = [0, 1, 2, 3, 0, 1];
  const { model } = taught(300, score, (one) => one.join() !== forbidden.join());
  const good = [0, 1, 2, 3, 0, 2];
  const bad = [3, 0, 0, 0, 3, 0];
  assert.is(model.value(forbidden), undefined);
  const draws = [bad, forbidden, good, bad];
  assert.equal(model.choose(drawer(draws), 4).architecture, good);
  assert.equal(model.choose(drawer(draws), 4).architecture, bad, "the better one is known by then");
  assert.equal(model.choose(drawer(draws), 4).architecture, bad, "where none is new, it is the last");
});

test("a single draw is taken as it is", () => {
  const { model, subspaces } = taught(20, score, () => false);
  const [architecture] = subspaces.centres;
  assert.is(model.choose(drawer([architecture!]), 1).architecture, architecture);
});

test.run();
