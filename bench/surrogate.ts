/**
 * Training the ensemble of a controller that learns from what was evaluated, once, as `pnas` and `bananas` do it
 * before a level or a round: on the small engine, and on each backend of TensorFlow.js that is here.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { Lesson } from "../core/policy/predictor.ts";
import type { Architecture } from "../core/space/architecture.ts";
import type { Encoding } from "../core/space/encoding.ts";
import type { Parameter, Rule, Operations as TensorFlowOperations } from "../training/network/operations.ts";
import { built } from "./built.ts";
import { alternate, ratioOf, repeated } from "./measure.ts";
import { type Part, type Row, row } from "./report.ts";

const { Engine } = await built<typeof import("../core/engine/engine.ts")>("core/engine/engine.js");
const { Predictor, rankShares } = await built<typeof import("../core/policy/predictor.ts")>("core/policy/predictor.js");
const { encodingOf, pathEncoding } = await built<typeof import("../core/space/encoding.ts")>("core/space/encoding.js");
const { randomStream } = await built<typeof import("../core/random/rng.ts")>("core/random/rng.js");
const { default: space } = await built<typeof import("../spaces/nas-bench-201.ts")>("spaces/nas-bench-201.js");

const MEMBERS = 5;
/** Multiples of the members, so that each hides as many from what it learns. */
const OBSERVATIONS = [25, 50, 100, 150];
/** How far apart what both have learnt may be: 32-bit sums in another order. */
const TOLERANCE = 0.01;

interface Ensemble {
  readonly encoding: Encoding;
  readonly hidden: number;
  readonly lesson: Lesson;
}

export async function surrogate(repetitions: number): Promise<Part> {
  const { describeBackends, openBackend } = await built<typeof import("../training/tensorflow.ts")>("training/tensorflow.js");
  const { Operations } = await built<typeof import("../training/network/operations.ts")>("training/network/operations.js");
  const { WasmOperations } = await built<typeof import("../training/network/wasm/wasm-operations.ts")>(
    "training/network/wasm/wasm-operations.js",
  );
  const tensorFlow = await import("@tensorflow/tfjs-core");
  const cells = space.create({ classes: 10 } as never, {}) as ReturnType<typeof space.create>;
  const ensembles: Readonly<Record<string, Ensemble>> = {
    pnas: { encoding: encodingOf(cells, "choices"), hidden: 32, lesson: { epochs: 25, learningRate: 0.01 } },
    bananas: { encoding: pathEncoding(cells.paths!), hidden: 20, lesson: { epochs: 30, learningRate: 0.01 } },
  };
  const backends = (await describeBackends()).filter(({ available }) => available).map(({ backend }) => backend);

  const rows: Row[] = [];
  for (const [name, { encoding, hidden, lesson }] of Object.entries(ensembles)) {
    for (const n of OBSERVATIONS) {
      const rng = randomStream(1, "/bench");
      const observed = Array.from({ length: n }, () => cells.sample(rng));
      const targets = rankShares(observed.map(() => rng.next()));
      const engine = new Engine();
      const predictor = new Predictor(engine, rng, encoding, hidden, MEMBERS);
      const first = engine.parameters.map((parameter) => engine.read(parameter));
      const cases: Record<string, () => number | Promise<number>> = {};
      const said: number[][] = [];
      predictor.fit(observed, targets, lesson);
      const sought = predictor.predict(observed);
      for (const backend of backends) {
        await openBackend(backend);
        const operations = backend === "wasm" ? new WasmOperations() : new Operations();
        const other = new TensorFlowEnsemble(tensorFlow, operations, encoding, hidden, first);
        other.fit(observed, targets, lesson);
        said.push(other.predict(observed));
        const fit = repeated(() => other.fit(observed, targets, lesson));
        cases[backend] = async () => {
          await openBackend(backend);
          return fit();
        };
      }
      for (const [b, values] of said.entries())
        if (values.some((value, i) => Math.abs(value - sought[i]!) > TOLERANCE))
          throw new Error(`${backends[b]} has learnt something else than the small engine: ${name}, ${n} observations`);
      const times = await alternate({ engine: repeated(() => predictor.fit(observed, targets, lesson)), ...cases }, repetitions);
      rows.push(row(`${name}, ${n} observations: the small engine`, "µs", times.engine!));
      for (const backend of backends) {
        const ratio = ratioOf(times[backend as "engine"]!, times.engine!);
        rows.push(
          row(`${name}, ${n} observations: TensorFlow.js, ${backend}`, "µs", times[backend as "engine"]!, { ratio, to: "the engine" }),
        );
      }
    }
  }
  const title = `Training the ensemble of a controller once: ${MEMBERS} MLPs; pnas: 30 features, 32 units, 25 steps; bananas: 85, 20, 30`;
  return { part: "surrogate", title, rows };
}

/**
 * The same ensemble as TensorFlow.js does it best: the features laid out, and each operation for all members at
 * once. Gradients are written out.
 *
 * Axes: M members, n observations of each, F features, H units.
 */
class TensorFlowEnsemble {
  readonly #tf: typeof tf;
  readonly #operations: TensorFlowOperations;
  readonly #encoding: Encoding;
  /** [M, F, H], [M, 1, H], [M, H, 1], [M, 1, 1] */
  readonly #parameters: readonly [Parameter, Parameter, Parameter, Parameter];
  #steps = 0;

  /** @param first  the first parameters of the engine's ensemble, member by member */
  constructor(
    tensorFlow: typeof tf,
    operations: TensorFlowOperations,
    encoding: Encoding,
    hidden: number,
    first: readonly ArrayLike<number>[],
  ) {
    const parameter = (at: number, rows: number, cols: number): Parameter => {
      const numbers = Float32Array.from(Array.from({ length: MEMBERS }, (_, m) => [...Array.from(first[4 * m + at]!)]).flat());
      const zeros = () => tensorFlow.zeros([MEMBERS, rows, cols]);
      return { value: tensorFlow.tensor3d(numbers, [MEMBERS, rows, cols]), memory: [zeros(), zeros()], decays: false };
    };
    this.#tf = tensorFlow;
    this.#operations = operations;
    this.#encoding = encoding;
    this.#parameters = [parameter(0, encoding.features, hidden), parameter(1, 1, hidden), parameter(2, hidden, 1), parameter(3, 1, 1)];
  }

  fit(observed: readonly Architecture[], targets: readonly number[], { epochs, learningRate }: Lesson): void {
    const tf = this.#tf;
    const shares = Array.from({ length: MEMBERS }, (_, m) => [...targets.keys()].filter((i) => i % MEMBERS !== m));
    const n = shares[0]!.length;
    tf.tidy(() => {
      const x = this.#features(shares.map((share) => share.map((i) => observed[i]!)));
      const sought = tf.tensor3d(Float32Array.from(shares.flatMap((share) => share.map((i) => targets[i]!))), [MEMBERS, n, 1]);
      for (let epoch = 0; epoch < epochs; epoch++) {
        const rule = this.#rule(learningRate);
        tf.tidy(() => {
          const out = this.#parameters[2].value as tf.Tensor3D;
          const { sum, active, y } = this.#forward(x);
          const dy = tf.mul(tf.sub(y, sought), 2 / n);
          const dSum = tf.mul(tf.matMul(dy, out, false, true), tf.step(sum));
          const gradients = [tf.matMul(x, dSum, true), tf.sum(dSum, 1, true), tf.matMul(active, dy, true), tf.sum(dy, 1, true)];
          for (const [i, gradient] of gradients.entries()) this.#operations.step(this.#parameters[i]!, gradient, rule);
        });
      }
    });
  }

  /** The sum over the members. */
  predict(architectures: readonly Architecture[]): number[] {
    const values = this.#tf.tidy(() =>
      this.#tf.sum(this.#forward(this.#features(Array.from({ length: MEMBERS }, () => architectures))).y, 0).dataSync(),
    );
    return Array.from(values);
  }

  #forward(x: tf.Tensor3D) {
    const tf = this.#tf;
    const [weight, bias, out, outBias] = this.#parameters.map(({ value }) => value) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const sum = tf.add(tf.matMul(x, weight), bias);
    const active = tf.relu(sum);
    return { sum, active, y: tf.add(tf.matMul(active, out), outBias) };
  }

  /** Zeros and ones.  [M, n, F] */
  #features(architectures: readonly (readonly Architecture[])[]): tf.Tensor3D {
    const { features, of } = this.#encoding;
    const n = architectures[0]!.length;
    const numbers = new Float32Array(MEMBERS * n * features);
    for (const [i, architecture] of architectures.flat().entries()) for (const f of of(architecture)) numbers[i * features + f]! += 1;
    return this.#tf.tensor3d(numbers, [MEMBERS, n, features]);
  }

  #rule(rate: number): Rule {
    this.#steps++;
    const correction = (beta: number) => 1 - beta ** this.#steps;
    return { optimizer: "adam", rate, beta1: 0.9, beta2: 0.999, correction1: correction(0.9), correction2: correction(0.999), decay: 0 };
  }
}
