/**
 * Trains a supernet once and keeps it: in a folder that goes by all that its weights follow from, so the same
 * request finds it there, and a training that was killed goes on where it stopped.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { live, type Network } from "../../core/space/network.ts";
import type { Supernet, SupernetListener, SupernetRequest } from "../../core/training/supernet.ts";
import type { TrainedNetwork } from "../../core/training/trained-network.ts";
import { cached, keyOf } from "../cached.ts";
import type { Dataset } from "../datasets/dataset.ts";
import type { Answer, FromTraining, SampledSteps, SubnetworkTask, Task } from "../messages.ts";
import type { SupernetDefinition } from "./supernet.ts";
import { SupernetFolder } from "./supernet-folder.ts";

type Ask = (task: Task, ...transferred: MessagePort[]) => Promise<Answer>;

/** SHA-256 of all that the weights follow from. Of what is sampled, the first step of each phase stands for the others. */
export function supernetDigest(request: SupernetRequest, dataset: Dataset, backendVersion: string): string {
  const { envelope, full, phases, settings, seed, sample } = request;
  let epoch = 1;
  const sampled = phases.map(({ epochs }) => {
    const [first] = sample(epoch, 1);
    epoch += epochs;
    return first;
  });
  // A teacher is measured by moments of its own, too.
  const calibration = phases.some(({ distillation }) => distillation > 0) ? request.calibration : 0;
  const followed = [1, envelope, full, phases, settings, seed, sampled, calibration, request.dataset, dataset.digest, backendVersion];
  return createHash("sha256").update(JSON.stringify(followed)).digest("hex");
}

export async function trainedSupernet(
  ask: Ask,
  { sample, ...request }: SupernetRequest,
  dataset: Dataset,
  { path, digest }: { readonly path: string; readonly digest: string },
  listener: SupernetListener,
): Promise<{ readonly definition: SupernetDefinition; readonly values: Float32Array }> {
  const { settings, seed, envelope, phases, calibration } = request;
  const definition: SupernetDefinition = {
    ...{ dataset, settings, seed, envelope, phases, calibration },
    ...(request.full && { full: request.full }),
  };
  const epochs = phases.reduce((sum, phase) => sum + phase.epochs, 0);
  const folder = new SupernetFolder(path, digest, (line) => listener.note(line));
  const values = (await folder.weights()) ?? (await folder.locked(async () => (await folder.weights()) ?? (await train())));
  return { definition, values };

  async function train() {
    const from = await folder.checkpoint();
    if (from) listener.note(`the training goes on after epoch ${from.epoch} of ${epochs}, in ${path}`);
    const { port1, port2 } = new MessageChannel();
    const heard = new Promise<void>((resolve, reject) => {
      /** What is sent is answered in order, so an epoch begins when the one before is on the disk. */
      let answered: Promise<void> = Promise.resolve();
      const respond = async (message: FromTraining | { readonly over: true }) => {
        if ("over" in message) resolve();
        else if ("wanted" in message) port1.postMessage(sample(message.wanted.epoch, message.wanted.steps) satisfies SampledSteps);
        else {
          await folder.writeCheckpoint({ epoch: message.epoch.epoch, values: message.state });
          listener.epoch(message.epoch);
        }
      };
      port1.on("message", (message) => {
        answered = answered.then(() => respond(message));
        answered.catch(reject);
      });
    });
    try {
      const asked = ask({ backend: { backend: request.backend }, supernet: { definition, epochs, from }, port: port2 }, port2);
      const [answer] = await Promise.all([asked, heard]);
      if (!("weights" in answer)) throw new Error("the worker trained no supernet");
      await folder.writeWeights({ epoch: epochs, values: answer.weights });
      return (await folder.weights())!;
    } finally {
      port1.close();
    }
  }
}

/** What threads need of a trained supernet, its weights in memory that they share. */
export type SharedSupernet = Omit<SubnetworkTask, "network" | "wanted">;

/** Asks threads for what its sub-networks are worth, for each once. */
export class KeptSupernet implements Supernet {
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #trained: () => Promise<SharedSupernet>;
  readonly #asked: (task: SubnetworkTask) => Promise<Answer>;

  /** @param trained  trains it the first time */
  constructor(trained: () => Promise<SharedSupernet>, ask: (task: SubnetworkTask) => Promise<Answer>) {
    this.#trained = trained;
    this.#asked = ask;
  }

  async train(): Promise<void> {
    await this.#trained();
  }

  async evaluate(network: Network): Promise<{ readonly validation: number; readonly seconds: number }> {
    const { accuracy, seconds } = measured(await this.#once(network, "validation"));
    return { validation: accuracy, seconds };
  }

  async test(network: Network): Promise<number> {
    return measured(await this.#once(network, "test")).accuracy;
  }

  async extract(network: Network): Promise<TrainedNetwork> {
    const answer = await this.#ask(network, "weights");
    if (!("extracted" in answer)) throw new Error("the worker extracted nothing");
    return answer.extracted;
  }

  async #ask(network: Network, wanted: SubnetworkTask["wanted"]): Promise<Answer> {
    return this.#asked({ ...(await this.#trained()), network, wanted });
  }

  #once(network: Network, wanted: "validation" | "test"): Promise<Answer> {
    const alive = live(network);
    return cached(this.#answers, keyOf([wanted, alive]), () => this.#ask(alive, wanted));
  }
}

function measured(answer: Answer): { readonly accuracy: number; readonly seconds: number } {
  if (!("measured" in answer)) throw new Error("the worker measured nothing");
  return answer.measured;
}
