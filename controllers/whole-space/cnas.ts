/**
 * Curriculum search: a policy that samples whole architectures begins with two operations for each component and is
 * given one more each stage; what it has learned is carried over.
 *
 * Guo et al. 2020, "Breaking the Curse of Space Explosion: Towards Efficient NAS with Curriculum Search",
 * arXiv:2007.07197, Algorithm 1; the curriculum over operations (the authors' mode CNAS_OP).
 *
 * | paper | here                               | meaning                                                  |
 * | ----- | ---------------------------------- | -------------------------------------------------------- |
 * | Ω_i   | `order`, its first `offered`       | the operations of stage i, of components of one kind     |
 * | π     | `lstm`, `scores`                   | the policy                                               |
 * | λ, b  | see core/policy/policy-gradient.ts | the entropy's weight, and the moving average of rewards  |
 *
 * The defaults are those of the authors' code; its entropy weight of 0.005 is for accuracies from 0 to 1 and stands
 * here as 0.5, for percent. With ASE-NAS's learning rate of 0.01 and entropy weight of 7.5e-4 the policy settles in
 * the first stages, often on poor operations. With 40 queries to a stage, 160 queries are four stages, from two
 * operations of NAS-Bench-201 to all five.
 *
 * As in the authors' code, operations come in a random order, one for each run; a new one starts with the small
 * random weights that it has had from the beginning, so that it is about as likely as an average one. Components that
 * have the same choices share an order, weights and embeddings; those of few choices have all of them early.
 *
 * Different from Guo et al.: architectures are evaluated one by one, so there are no shared weights to train,
 * nor to warm up when an operation is new. The first stage has two operations, since one alone leaves
 * nothing to choose where the edges are given. Gradients are not clipped.
 *
 * @module
 */
import type { Tensor } from "../../core/engine/tensor.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { Recurrence } from "../../core/policy/decisions.ts";
import { LEARNING_OPTIONS, policyGradient, smallUniform } from "../../core/policy/policy-gradient.ts";
import { shuffle } from "../../core/random/rng.ts";
import { firstChoice, kindsOfComponents } from "../../core/space/choices.ts";
import { chosenMembers } from "../../core/space/modifications.ts";

export default plugin({
  kind: "controller",
  name: "cnas",
  summary: "An LSTM samples whole architectures of a few operations, then of one more each stage, learning by REINFORCE",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      stage: {
        type: "integer",
        minimum: 1,
        maximum: 1_000_000_000,
        default: 40,
        description: "queries until one more operation is offered",
      },
      order: { enum: ["random", "space"], default: "random", description: "in which operations are offered: random, or the space's" },
      hidden: { type: "integer", minimum: 1, maximum: 4096, default: 128, description: "units of the LSTM" },
      learningRate: { ...LEARNING_OPTIONS.learningRate, default: 3e-4 },
      weightDecay: { ...LEARNING_OPTIONS.weightDecay, default: 5e-4 },
      entropyWeight: { ...LEARNING_OPTIONS.entropyWeight, default: 0.5 },
      baselineDecay: { ...LEARNING_OPTIONS.baselineDecay, default: 0.99 },
      batch: LEARNING_OPTIONS.batch,
    },
  },
  needs: ["space", "rng", "engine"],
  underWay: "batch",
  create({ stage, order: by, hidden, ...learning }, { space, rng, engine }) {
    const kinds = kindsOfComponents(space);
    const orders = kinds.choices.map(({ length }, kind) => {
      const first = firstChoice(space, kinds.of.indexOf(kind));
      const order = Array.from({ length: length - first }, (_, place) => first + place);
      if (by === "random") shuffle(order, rng);
      return order;
    });
    let queries = 0;

    const member = chosenMembers(space);
    const initial = smallUniform(rng);
    const lstm = new Recurrence(engine, initial, hidden);
    const components = engine.parameter(space.length, hidden, initial);
    /** Of each kind, by place in the order: the weights of the score, its bias, what is fed back. */
    const curricula = orders.map((order) => ({
      order,
      scores: engine.parameter(order.length, hidden, initial),
      biases: engine.parameter(order.length, 1, initial),
      embeddings: engine.parameter(order.length, hidden, initial),
    }));

    return policyGradient(learning, { engine, rng }, (decide) => {
      const most = 2 + Math.floor(queries++ / stage);
      const offers = curricula.map(({ order, scores }) => {
        const offered = Math.min(order.length, most);
        const rows = Array.from({ length: offered }, (_, place) => place);
        return { offered, rows, weights: engine.gather(offered, [{ from: scores, rows }]) };
      });
      let previous: Tensor | undefined;
      const architecture = member((component) => {
        const kind = kinds.of[component]!;
        const { order, biases, embeddings } = curricula[kind]!;
        const { offered, rows, weights } = offers[kind]!;
        const position = engine.row(components, component);
        const y = previous ? lstm.step(engine.add(position, previous)) : lstm.start(position);
        const products = engine.linear([[weights, engine.reshape(y, hidden, 1)]]);
        const place = decide(engine.gather(offered, [{ from: products }, { from: biases, rows }]), 0);
        previous = engine.row(embeddings, place);
        return order[place]!;
      });
      return { architecture };
    });
  },
});
