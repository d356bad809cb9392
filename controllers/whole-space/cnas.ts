/**
 * Curriculum search: a policy that samples whole architectures begins with two operations and is given one
 * more each stage; what it has learned is carried over.
 *
 * Guo et al. 2020, "Breaking the Curse of Space Explosion: Towards Efficient NAS with Curriculum Search",
 * arXiv:2007.07197, Algorithm 1; the curriculum over operations (the authors' mode CNAS_OP).
 *
 * | paper | here                               | meaning                                                  |
 * | ----- | ---------------------------------- | -------------------------------------------------------- |
 * | Ω_i   | `order`, its first `offered`       | the operations of stage i                                |
 * | π     | `lstm`, `scores`                   | the policy                                               |
 * | λ, b  | see core/policy/policy-gradient.ts | the entropy's weight, and the moving average of rewards  |
 *
 * The defaults are those of the authors' code; its entropy weight of 0.005 is for accuracies from 0 to 1 and stands
 * here as 0.5, for percent. With ASE-NAS's learning rate of 0.01 and entropy weight of 7.5e-4 the policy settles in
 * the first stages, often on poor operations. With 40 queries to a stage, 160 queries are four stages, from two
 * operations of NAS-Bench-201 to all five.
 *
 * As in the authors' code, operations come in a random order, one for each run; a new one starts with the small
 * random weights that it has had from the beginning, so that it is about as likely as an average one.
 *
 * Different from Guo et al.: architectures are evaluated one by one, so there are no shared weights to train,
 * nor to warm up when an operation is new. The first stage has two operations, since one alone leaves
 * nothing to choose where the edges are given. Gradients are not clipped.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { Recurrence } from "../../core/policy/decisions.ts";
import { LEARNING_OPTIONS, policyGradient, smallUniform } from "../../core/policy/policy-gradient.ts";
import { shuffle } from "../../core/random/rng.ts";
import { chosenMembers } from "../../core/space/modifications.ts";

export default plugin({
  kind: "controller",
  name: "cnas",
  summary: "An LSTM samples whole architectures of a few operations, then of one more each stage, learning by REINFORCE",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      stage: { type: "integer", minimum: 1, default: 40, description: "queries until one more operation is offered" },
      order: { enum: ["random", "space"], default: "random", description: "in which operations are offered: random, or the space's" },
      hidden: { type: "integer", minimum: 1, default: 128, description: "units of the LSTM" },
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
    const count = space.operations.length;
    const order = Array.from({ length: count }, (_, operation) => operation);
    if (by === "random") shuffle(order, rng);
    let queries = 0;

    const member = chosenMembers(space);
    const initial = smallUniform(rng);
    const lstm = new Recurrence(engine, initial, hidden);
    const components = engine.parameter(space.length, hidden, initial);
    /** By place in the order: the weights of the score, its bias, what is fed back. */
    const scores = engine.parameter(count, hidden, initial);
    const biases = engine.parameter(count, 1, initial);
    const embeddings = engine.parameter(count, hidden, initial);

    return policyGradient(learning, { engine, rng }, (decide) => {
      const offered = Math.min(count, 2 + Math.floor(queries++ / stage));
      const rows = Array.from({ length: offered }, (_, place) => place);
      const weights = engine.gather(offered, [{ from: scores, rows }]);
      const chosen: number[] = [];
      let place = -1;
      for (let component = 0; component < space.length; component++) {
        const position = engine.row(components, component);
        const y = component === 0 ? lstm.start(position) : lstm.step(engine.add(position, engine.row(embeddings, place)));
        const products = engine.linear([[weights, engine.reshape(y, hidden, 1)]]);
        place = decide(engine.gather(offered, [{ from: products }, { from: biases, rows }]), 0);
        chosen.push(order[place]!);
      }
      return { architecture: member(chosen) };
    });
  },
});
