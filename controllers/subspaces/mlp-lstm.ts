/**
 * ASE-NAS without the graph: each subspace is a point of its own, whose features come from its centre
 * through two fully connected layers. An LSTM chooses a subspace and modifications, as in `gnn-lstm`.
 *
 * Chen et al., "Automatic Subspace Evoking for Efficient Neural Architecture Search", Section V-D and Figure 8(b).
 * It shows what the edges and the messages between subspaces contribute.
 *
 *   h_α = ReLU(ReLU(x_α W₁ + b₁) W₂ + b₂)
 *
 * | paper    | here                                     | meaning                                       |
 * | -------- | ---------------------------------------- | --------------------------------------------- |
 * | h_α      | `nodes`                                  | features of a subspace                        |
 * | x_α      | `inputs`, see core/policy/graph-network.ts | one-hot components of the centre, and R(α)  |
 * | π_G, π_L | `global`, `local`                        | which subspace; which modifications in it     |
 *
 * The subspaces still meet in the mean of their features, which is the first input of the LSTM.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { ModificationChoice, Recurrence, SUBSPACE_POLICY_OPTIONS, SubspaceChoice } from "../../core/policy/decisions.ts";
import { NodeInputs } from "../../core/policy/graph-network.ts";
import { policyGradient, smallUniform } from "../../core/policy/policy-gradient.ts";

export default plugin({
  kind: "controller",
  name: "mlp-lstm",
  summary: "ASE-NAS without the graph: two fully connected layers see each subspace alone",
  options: SUBSPACE_POLICY_OPTIONS,
  needs: ["space", "subspaces", "rng", "engine"],
  underWay: "batch",
  create({ hidden, globalSquash, localSquash, ...learning }, { space, subspaces, rng, engine }) {
    const initial = smallUniform(rng);
    const inputs = new NodeInputs(space, subspaces);
    const [first, firstBias] = [engine.parameter(inputs.width, hidden, initial), engine.parameter(1, hidden, initial)];
    const [second, secondBias] = [engine.parameter(hidden, hidden, initial), engine.parameter(1, hidden, initial)];
    const lstm = new Recurrence(engine, initial, hidden);
    const global = new SubspaceChoice(engine, initial, subspaces.count, hidden, globalSquash);
    const local = new ModificationChoice(engine, initial, space, hidden, localSquash);

    return policyGradient(learning, { engine, rng }, (decide) => {
      inputs.refresh();
      const between = engine.relu(inputs.times(engine, first, firstBias));
      const nodes = engine.relu(engine.linear([[between, second]], secondBias));
      const subspace = global.choose(nodes, lstm.start(engine.mean(nodes)), decide);
      const centre = subspaces.centres[subspace]!;
      const modifications = local.choose(lstm, global.embedding(subspace), centre, subspaces.radius, decide);
      return { architecture: space.modify(centre, modifications), subspace };
    });
  },
});
