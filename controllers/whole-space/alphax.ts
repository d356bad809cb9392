/**
 * Monte Carlo tree search over the construction of architectures, component by component; a network that
 * has learned from what was evaluated helps to judge the states that are new in the tree.
 *
 * Wang et al. 2020, "Neural Architecture Search using Deep Neural Networks and Monte Carlo Tree Search",
 * arXiv:1805.07440, Section 3. c and k are those of the authors' code for NAS-Bench-101.
 *
 * | paper     | here               | meaning                                                                   |
 * | --------- | ------------------ | ------------------------------------------------------------------------- |
 * | s         | `State`            | a partial architecture: the choices of the first components               |
 * | a         | one choice more    | an action, which decides the next component                               |
 * | N(s)      | `count`            | how many turns passed through the state                                   |
 * | Q(s)/N(s) | `mean`             | of what came of them                                                      |
 * | c         | `c`                | weight of exploration in x̄ + 2c √(2 ln N / n)                             |
 * | k         | `rollouts`         | random completions of a new state that the network judges                 |
 * | Acc, Pred | `reward`, `judged` | what was measured; what the meta-DNN says                                 |
 *
 * Each turn follows the best bounds down from the root (selection) to a state that is not in the tree yet
 * (expansion), completes it at random and evaluates that (simulation). The state is worth (Acc + mean Pred) / 2,
 * which goes into the mean of each state on the way (backpropagation).
 *
 * Construction in any space: the components are decided in their order, so there is one way to each architecture,
 * and the leaves of the tree are all of them. A component that is not there has no level; it is absent as soon as those
 * before it are decided. A state is completed by a uniform draw whose first components are then set, and with them any
 * that come to be there; where the normal form of the space does not keep the state, another is drawn, and one that no
 * draw keeps is closed. Whatever is known of a state thus holds for the members of the space that begin like it.
 *
 * As in the authors' code, nothing is evaluated twice: a turn whose architecture computes a known function
 * (`space.functionKey`) ends with the known reward, and the next one begins. An outcome that others proposed counts
 * as a turn.
 *
 * Different from Wang et al.: their actions add nodes and edges to a network that may end at any time, ours all take
 * L. A state below which everything is known is closed, where they pass through it again. Their accuracies are from
 * 0 to 1, for which c = 2 outweighs all differences, and the search is hardly better than a random one; rewards in
 * percent give c = 2 a meaning. The network has one hidden layer. A failed evaluation is worth the worst that is
 * known. No weights are transferred.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { Predictor } from "../../core/policy/predictor.ts";
import { upperBound, type Visits, visited } from "../../core/policy/upper-confidence.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { isPresent, openChoices, presentComponents } from "../../core/space/choices.ts";
import { drawNew } from "../../core/space/draw.ts";
import { encodingOf } from "../../core/space/encoding.ts";
import { remade, uniformChoice } from "../../core/space/modifications.ts";

/** The choices of the first components. */
type State = readonly number[];

/** Draws for a completion that keeps the state. */
const DRAWS = 100;
/** Turns for an architecture that was not evaluated yet. */
const TURNS = 1000;

export default plugin({
  kind: "controller",
  name: "alphax",
  summary: "Monte Carlo tree search decides component by component, with a network that judges new states",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      c: { type: "number", minimum: 0, maximum: 1_000_000, default: 2, description: "weight of exploration, in the unit of the rewards" },
      rollouts: {
        type: "integer",
        minimum: 0,
        maximum: 10_000,
        default: 2,
        description: "k: completions of a new state that the network judges",
      },
      every: {
        type: "integer",
        minimum: 1,
        maximum: 1_000_000_000,
        default: 20,
        description: "evaluations until the network learns again, from all",
      },
      hidden: { type: "integer", minimum: 1, maximum: 4096, default: 64, description: "units of the network" },
      epochs: {
        type: "integer",
        minimum: 1,
        maximum: 10_000,
        default: 50,
        description: "steps of learning each time, all evaluations in each",
      },
      learningRate: { type: "number", exclusiveMinimum: 0, maximum: 100, default: 0.01, description: "of Adam" },
    },
  },
  needs: ["space", "rng", "engine"],
  create({ c, rollouts, every, hidden, epochs, learningRate }, { space, rng, engine }) {
    const predictor = new Predictor(engine, rng, encodingOf(space, "choices"), hidden, 1);
    /** The rewards of what was evaluated, −∞ where that failed, by function. */
    const known = new Map<string, number>();
    /** What did not fail, in the order of evaluation, with its rewards. */
    const architectures: Architecture[] = [];
    const rewards: number[] = [];
    /** The range of the rewards: 0 and 1 for the network. */
    let worst = Number.POSITIVE_INFINITY;
    let best = Number.NEGATIVE_INFINITY;
    const tree = new Map<string, Visits>();
    /** States below which nothing is new. */
    const closed = new Set<string>();

    const key = (state: State) => state.join();
    /** The state, with what is absent because of it. */
    function settled(state: State): State {
      let length = state.length;
      while (length < space.length && !isPresent(space, state, length)) length++;
      return [...state, ...new Array<number>(length - state.length).fill(0)];
    }
    /** Where the states of an architecture end: before each component that is decided, and after all. */
    const ends = (architecture: Architecture) => [...(presentComponents(space, architecture) ?? architecture.keys()), space.length];
    const rewardOf = (architecture: Architecture) => known.get(space.functionKey(architecture));

    /** The way down to a state that is not in the tree; undefined where everything is closed. */
    function select(): State | undefined {
      let state: State = [];
      for (let parent = tree.get(""); parent; parent = tree.get(key(state))) {
        const visits = parent;
        const open = openChoices(space, state, state.length)
          .map((choice) => settled([...state, choice]))
          .filter((child) => !closed.has(key(child)));
        if (open.length === 0) {
          closed.add(key(state));
          return state.length === 0 ? undefined : select();
        }
        const fresh = open.filter((child) => !tree.has(key(child)));
        if (fresh.length > 0) return fresh[rng.below(fresh.length)]!;
        const bounds = open.map((child) => upperBound(c, visits, tree.get(key(child))!));
        state = open[bounds.indexOf(Math.max(...bounds))]!;
      }
      return state;
    }

    /** A random architecture that begins so; undefined where none was drawn. */
    function completed(state: State): Architecture | undefined {
      const choice = (component: number, comes: boolean) => state[component] ?? (comes ? uniformChoice(space, component, rng) : undefined);
      for (let draw = 0; draw < DRAWS; draw++) {
        const architecture = remade(space, space.sample(rng), choice);
        if (state.every((operation, component) => architecture[component] === operation)) return architecture;
      }
      return undefined;
    }

    /** (Acc + mean Pred) / 2, once the network has learned; what is known need not be predicted. */
    function judgedValue(state: State, reward: number): number {
      if (rewards.length < every || state.length === space.length) return reward;
      const others = Array.from({ length: rollouts }, () => completed(state)).filter((other) => other !== undefined);
      if (others.length === 0) return reward;
      const judged = predictor.predict(others).map((share) => worst + share * (best - worst));
      const values = others.map((other, i) => Math.max(rewardOf(other) ?? judged[i]!, worst));
      return (reward + values.reduce((sum, value) => sum + value) / values.length) / 2;
    }

    /** One turn of the states that the architecture passes through, down to the first that is not in the tree. */
    function backpropagate(architecture: Architecture, reward: number): void {
      const states = ends(architecture).map((end) => architecture.slice(0, end));
      let depth = 0;
      while (depth < states.length - 1 && tree.has(key(states[depth]!))) depth++;
      const value = judgedValue(states[depth]!, Math.max(reward, worst));
      if (depth === states.length - 1) closed.add(key(architecture));
      for (const state of states.slice(0, depth + 1)) tree.set(key(state), visited(tree.get(key(state)), value));
    }

    function learn(architecture: Architecture, reward: number): void {
      architectures.push(architecture);
      rewards.push(reward);
      worst = Math.min(worst, reward);
      best = Math.max(best, reward);
      if (rewards.length % every > 0) return;
      const targets = rewards.map((one) => (best > worst ? (one - worst) / (best - worst) : 0));
      predictor.fit(architectures, targets, { epochs, learningRate });
    }

    return {
      propose() {
        for (let turn = 0; turn < TURNS && rewards.length > 0; turn++) {
          const state = select();
          if (!state) break;
          const architecture = completed(state);
          const reward = architecture && rewardOf(architecture);
          if (!architecture) closed.add(key(state));
          else if (reward === undefined) return { architecture };
          else backpropagate(architecture, reward);
        }
        return { architecture: drawNew(space, rng, (one) => rewardOf(one) === undefined) };
      },
      observe({ architecture, reward }) {
        const failed = Number.isNaN(reward);
        known.set(space.functionKey(architecture), failed ? Number.NEGATIVE_INFINITY : reward);
        if (!failed) learn(architecture, reward);
        if (rewards.length > 0) backpropagate(architecture, failed ? worst : reward);
      },
    };
  },
});
