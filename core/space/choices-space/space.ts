/** A space from its description. @module */
import { EvokeError, spaceInvalid } from "../../errors/index.ts";
import { pointerOf } from "../../json/json-pointer.ts";
import type { Space } from "../../plugin/space.ts";
import { MADDS_AND_PARAMETERS } from "../../search/objectives.ts";
import { costOf } from "../network.ts";
import { Components } from "./components.ts";
import { costsOfTables } from "./costs.ts";
import { coveringMembers, withWeights } from "./covering.ts";
import { choicesDrawing, networkDrawing } from "./drawing.ts";
import type { ChoicesOptions, LayerSource } from "./language.ts";
import { networkOf } from "./layers.ts";
import { membersOf } from "./members.ts";
import { openNetwork } from "./open.ts";
import { textForm } from "./text.ts";

/**
 * The space that a manifest describes, as the space `choices` makes it of its options.
 * @throws EvokeError SPACE_INVALID, with the place in the options of what cannot be
 */
export function describedSpace(options: ChoicesOptions): Space {
  const components = new Components(options.components);
  const members = membersOf(components.list);
  const text = textForm(components.list);
  const tables = costsOfTables(options.costs, components);
  const network = options.network && networkOf(options as ChoicesOptions & { network: readonly LayerSource[] }, components);
  const counted = network ? MADDS_AND_PARAMETERS : [];
  const twice = tables.find(({ name }) => counted.some((cost) => cost.name === name));
  if (twice)
    throw spaceInvalid(
      `/costs${pointerOf(twice.name)}`,
      `the ${twice.name} are counted from the network`,
      "Leave one of them out, or give it another name.",
    );

  const space: Space = {
    ...members,
    ...text,
    functionKey: text.encode,
    ...(counted.length + tables.length > 0 && {
      costs: [...counted, ...tables.map(({ name, unit, goal }) => ({ name, unit, goal }))],
      cost: (architecture) => ({
        ...(network && costOf(network(architecture))),
        ...Object.fromEntries(tables.map(({ name, of }) => [name, of(architecture)])),
      }),
    }),
    ...(network && { network, open: (partial) => openNetwork(components.list, network, partial) }),
  };
  const some = [...firstOf(coveringMembers(members), LOOKED_AT)];
  for (const architecture of some)
    for (const { name, of } of tables)
      if (!Number.isFinite(of(architecture)))
        throw spaceInvalid(
          `/costs${pointerOf(name)}`,
          `it is no finite number for ${text.encode(architecture)}`,
          "Choose smaller numbers.",
        );
  if (!network) return { ...space, drawing: (architecture) => choicesDrawing(components.list, architecture, text.encode(architecture)) };
  const networks = some.map((architecture) => {
    try {
      return network(architecture);
    } catch (error) {
      if (!(error instanceof EvokeError)) throw error;
      throw new EvokeError(error.code, `${error.message}\n  Found in the architecture ${text.encode(architecture)}.`, { cause: error });
    }
  });
  for (const [i, one] of networks.entries()) {
    const { madds, parameters } = costOf(one);
    if (!Number.isSafeInteger(madds) || !Number.isSafeInteger(parameters))
      throw spaceInvalid(
        "/network",
        `${text.encode(some[i]!)} has ${madds} multiply-adds and ${parameters} parameters, more than can be counted`,
        "Choose smaller numbers of channels, or fewer layers.",
      );
  }
  const drawing = networkDrawing(networks);
  return {
    ...space,
    envelope: withWeights(some, networks),
    drawing: (architecture) => drawing(network(architecture), text.encode(architecture)),
  };
}

/** So many networks are looked at before anything is run. */
const LOOKED_AT = 2_000;

function* firstOf<T>(items: Iterable<T>, count: number): Generator<T, void> {
  let left = count;
  for (const item of items) {
    if (left-- === 0) return;
    yield item;
  }
}
