import { suite } from "uvu";
import * as assert from "uvu/assert";
import enas from "../../../controllers/weight-sharing/enas.ts";
import { Engine } from "../../../core/engine/engine.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { PathPolicy } from "../../../core/weight-sharing/enas-policy.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { toyOpenNetwork } from "../../contracts/toy-shared-weights.ts";
import { conditionalSpace } from "../../contracts/uneven-spaces.ts";
import { referenceKernels } from "../../core/engine/reference-kernels.ts";
import { tinySpace } from "../../fixtures.ts";
import { assertResumes, methodOf, toyFor, trainedFor } from "../../support/weight-sharing-methods.ts";

const space = tinySpace(3, 4);
const open = toyOpenNetwork(space);
const test = suite("controllers/enas");
for (const [title, run] of controllerContract(enas, { updates: 2, samples: 3 })) test(title, run);

/** An engine that keeps the gradient before it would be shortened, and then takes no step. */
class Watched extends Engine {
  readonly seen: number[][] = [];
  override clip(longest: number): number {
    assert.is(longest, 5);
    this.seen.push(this.parameters.flatMap((parameter) => [...this.gradient(parameter)]));
    return 0;
  }
  override adam(): void {
    this.takeGradients();
  }
}

for (const entropy of ["differentiated", "stopped"] as const)
  test(`the policy descends −log π (R − b), the entropy in R ${entropy}: the gradient of finite differences`, async () => {
    const [w, accuracy] = [0.5, 0.6];
    const engine = new Watched(referenceKernels(Float64Array));
    const options = { updates: 1, samples: 1, entropy, entropyWeight: w };
    const method = await methodOf(enas, { space, options, engine });
    const weights = toyFor(method, { space }, 2, { steps: 0 });
    weights.accuracies = async (mixtures) => mixtures.map(() => 100 * accuracy);
    await trainedFor(method, weights, 1, 2); // in the first epoch b is the accuracy, in the second 0.99 of that and more

    const policyEngine = new Engine(referenceKernels(Float64Array));
    const policy = new PathPolicy(policyEngine, randomStream(1, "/controller"), space);
    for (const epoch of [1, 2]) {
      const at = () => {
        weights.begin(epoch);
        policy.draw(weights.rng);
        return { logp: policyEngine.logp, entropy: policyEngine.entropy };
      };
      const here = at();
      const lossOf = ({ logp, entropy: changed }: ReturnType<typeof at>) => {
        const reward = accuracy + w * (entropy === "differentiated" ? changed : here.entropy);
        return -logp * (reward - (epoch === 1 ? accuracy : 0.99 * accuracy + 0.01 * reward));
      };
      const expected: number[] = [];
      const found: number[] = [];
      let number = 0;
      for (const parameter of policyEngine.parameters) {
        const values = policyEngine.read(parameter);
        for (const [i, value] of values.entries()) {
          if (i % 401 === 0) {
            const slope = [1e-5, -1e-5].map((by) => {
              policyEngine.write(parameter, values.with(i, value + by));
              return lossOf(at());
            });
            expected.push((slope[0]! - slope[1]!) / 2e-5);
            found.push(engine.seen[epoch - 1]![number + i]!);
          }
        }
        policyEngine.write(parameter, values);
        number += values.length;
      }
      const largest = Math.max(...expected.map(Math.abs));
      assert.ok(largest > 1e-3);
      for (const [i, slope] of expected.entries())
        assert.ok(Math.abs(found[i]! - slope) < 1e-7, `epoch ${epoch}: ${found[i]}, not ${slope}`);
    }
  });

/** How the policy stands after some epochs of 100 paths, where accuracies in percent are what is given. */
async function learnt(options: object, epochs: number, accuracy: (path: readonly (readonly number[])[], epoch: number) => number) {
  const setting = { space, options: { updates: 10, samples: 10, learningRate: 0.01, ...options } };
  const method = await methodOf(enas, setting);
  const weights = toyFor(method, setting, epochs, { steps: 1 });
  let epoch = 0;
  weights.accuracies = async (mixtures) => mixtures.map((mixture) => accuracy(mixture, epoch));
  let probabilities: readonly (readonly number[])[] = [];
  while (epoch++ < epochs) ({ probabilities } = (await trainedFor(method, weights, epoch, epoch))[0]!);
  return probabilities;
}

test("the policy finds the operations that are accurate", async () => {
  const found = await learnt(
    { baseline: "per-sample", entropy: "stopped" },
    20,
    (path) => 50 + 10 * path.reduce((sum, edge) => sum + edge[2]!, 0),
  );
  for (const edge of found) assert.ok(edge[2]! > 0.9, `${edge}`);
});

test("where accuracies rise as weights learn, whatever the path, the frozen baseline reinforces every path, and the policy collapses", async () => {
  const entropyOf = async (baseline: string) => {
    const probabilities = await learnt({ baseline, learningRate: 0.05 }, 8, (_, epoch) => Math.min(10 + 20 * epoch, 90));
    return probabilities.flat().reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0) / probabilities.length;
  };
  const [frozen, moving] = [await entropyOf("per-epoch"), await entropyOf("per-sample")];
  assert.ok(moving > 1.25 && frozen < 1.1, `${frozen} nats, ${moving} nats; at first ${Math.log(4)}`);
});

test("an epoch trains one path of the policy for each step, then measures paths for each update", async () => {
  const setting = { space, options: { updates: 4, samples: 6, images: 99 } };
  const method = await methodOf(enas, setting);
  const weights = toyFor(method, setting, 1, { steps: 7 });
  const measured: unknown[] = [];
  weights.accuracies = async (mixtures, images) => {
    measured.push([mixtures.length, images]);
    return mixtures.map(() => 50);
  };
  const [standing] = await trainedFor(method, weights, 1, 1);
  assert.equal(
    weights.asked.map(({ to }) => to),
    Array.from({ length: 7 }, () => "learn"),
  );
  assert.equal(
    measured,
    Array.from({ length: 4 }, () => [6, 99]),
  );
  for (const edge of standing!.probabilities) assert.ok(Math.abs(edge.reduce((a, b) => a + b) - 1) < 1e-12);
  await method.rank(weights, open);
  assert.equal(measured.at(-1), [100, 99]);
});

test("components that are absent have no step, and no share of a probability", async () => {
  const space = conditionalSpace();
  const method = await methodOf(enas, { space, options: { updates: 1 } });
  const weights = toyFor(method, { space }, 1);
  const [standing] = await trainedFor(method, weights, 1, 1);
  const sums = standing!.probabilities.map((edge) => edge.reduce((a, b) => a + b));
  assert.ok(Math.min(...sums) < 0.99 && Math.max(...sums) > 0.99, `${sums}`);
  for (const architecture of await method.rank(weights, toyOpenNetwork(space))) assert.ok(space.contains(architecture));
});

test("a search that was interrupted goes on to the same bits", async () => {
  for (const baseline of ["per-epoch", "per-sample"]) await assertResumes(enas, { space, options: { updates: 3, samples: 4, baseline } });
});

test.run();
