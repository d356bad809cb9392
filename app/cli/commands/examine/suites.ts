/** Which contract suite a plugin of a manifest has to pass, and what its instances are made with for that. @module */
import { dirname, resolve } from "node:path";
import type { Composition } from "../../../../core/kernel.ts";
import type { Experiment } from "../../../../core/manifest/experiment.ts";
import type { Slot } from "../../../../core/manifest/slots.ts";
import { created } from "../../../../core/plugin/checks/create.ts";
import type { Kind, Kinds } from "../../../../core/plugin/plugin.ts";
import { SubspaceGraph } from "../../../../core/plugin/subspace-graph.ts";
import { randomStream } from "../../../../core/random/rng.ts";
import type { Case } from "../../../../test/contracts/index.ts";
import { openExperiment } from "../../../host/experiment.ts";
import { ManifestFiles } from "../../../host/files.ts";
import { NO_OUTPUT } from "../../../host/store/output.ts";

/** Architectures that an evaluator is to measure: each may take a while. */
const MEASURED = 3;

/** A plugin of an experiment, to be examined. */
export interface Patient {
  readonly experiment: Experiment;
  readonly slot: Slot;
  /** Composes the experiment; a space is looked at without that. */
  compose(): Promise<Composition>;
}

/** The plugin at a slot, which composes its experiment when that is asked for. */
export function patientAt(experiment: Experiment, slot: Slot, file: string): Patient {
  let opened: ReturnType<typeof openExperiment> | undefined;
  return {
    experiment,
    slot,
    compose: async () => (await (opened ??= openExperiment({ file, changes: [] }, { experiment }))).composition,
  };
}

/** @returns the promises of its kind, each with what looks whether it is kept */
export async function suiteOf({ experiment, slot, compose }: Patient): Promise<readonly Case[]> {
  const suites = await import("../../../../test/contracts/index.ts");
  const { plugin, options } = slot;
  const { name } = plugin;
  const files = new ManifestFiles(dirname(resolve(experiment.file)), new Map());
  const of = <K extends Kind>(wanted: K) => slot as unknown as Slot<K> & { readonly plugin: { readonly kind: typeof wanted } };
  /** A fresh instance in a run of this seed. */
  const fresh = async <K extends Kind>(kind: K, seed = 1) => {
    const { space, objectives } = await compose();
    const distance = await created(experiment.distance, { space, files });
    const { count = 2, radius = 2 } = experiment.subspaces ?? {};
    const subspaces = new SubspaceGraph(count, radius);
    const rng = randomStream(seed, slot.pointer);
    for (let k = 0; k < count; k++) subspaces.evoke(k, space.sample(rng), k);
    const given = { space, distance, subspaces, rng, seed, objectives, feasible: () => true, files };
    return (): Kinds[K] | Promise<Kinds[K]> => created(of(kind), given);
  };
  switch (plugin.kind) {
    case "space": {
      const space = await created(of("space"), { files });
      return [...suites.spaceContract(name, space), ...(space.open ? suites.openNetworkContract(name, space) : [])];
    }
    case "distance": {
      const { space } = await compose();
      return suites.distanceContract(name, await created(of("distance"), { space, files }), space);
    }
    case "controller":
      return suites.controllerContract(of("controller").plugin, options);
    case "middleware":
      return suites.middlewareContract(of("middleware").plugin, () => options);
    case "evaluator": {
      const composition = await compose();
      return suites.evaluatorContract(name, composition.space, async () => (await composition.run(1)).run.evaluator, MEASURED);
    }
    case "reward":
      return suites.rewardContract(name, await fresh("reward"));
    case "acceptance":
      return suites.acceptanceContract(name, await fresh("acceptance"));
    case "initial": {
      const { space } = await compose();
      return suites.initialContract(name, space, experiment.subspaces?.count ?? 2, async (seed) => (await fresh("initial", seed))());
    }
    case "observer": {
      const { space } = await compose();
      const distance = await created(experiment.distance, { space, files });
      const terminal = { interactive: false, columns: 80, write: () => {} };
      return suites.observerContract(name, () => created(of("observer"), { space, distance, output: NO_OUTPUT, terminal, clock: () => 0 }));
    }
  }
}
