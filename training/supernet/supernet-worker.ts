/**
 * What worker threads do for supernets: one trains, epoch by epoch, and asks the thread that knows the space
 * for the sub-networks of each; any of them measures sub-networks.
 *
 * @module
 */
import type { MessagePort } from "node:worker_threads";
import { live } from "../../core/space/network.ts";
import type { Answer, FromTraining, SampledSteps, SubnetworkTask, SupernetTask } from "../messages.ts";
import { SupernetWeights } from "./supernet.ts";

/** @returns the weights in the end */
export async function trainSupernet({ definition, epochs, from }: SupernetTask, port: MessagePort): Promise<Float32Array> {
  const send = (message: FromTraining, ...transferred: ArrayBuffer[]) => port.postMessage(message, transferred);
  const plans = received(port);
  const supernet = new SupernetWeights(definition);
  try {
    if (from) supernet.restore(from.values);
    const steps = SupernetWeights.steps(definition);
    for (let epoch = (from?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
      send({ wanted: { epoch, steps } });
      const plan = await plans();
      if (!plan) throw new Error("the training is not wanted any more");
      const result = await supernet.train(epoch, plan);
      const state = await supernet.save();
      send({ epoch: result, state }, state.buffer as ArrayBuffer);
    }
    return await supernet.saveWeights();
  } finally {
    supernet.dispose();
  }
}

/** What the port receives, one by one; nothing once it is closed. */
function received(port: MessagePort): () => Promise<SampledSteps | undefined> {
  const waiting: (SampledSteps | undefined)[] = [];
  let hear: ((plan: SampledSteps | undefined) => void) | undefined;
  const take = (plan: SampledSteps | undefined) => {
    if (hear) hear(plan);
    else waiting.push(plan);
    hear = undefined;
  };
  port.on("message", take);
  port.on("close", () => take(undefined));
  return () =>
    new Promise((resolve) => {
      if (waiting.length > 0) resolve(waiting.shift());
      else hear = resolve;
    });
}

/** The supernet that this thread measured by last. */
let loaded: { readonly key: string; readonly supernet: SupernetWeights } | undefined;

/** The supernet of a task, made if it is not there. */
function supernetOf({ key, definition, weights }: SubnetworkTask): SupernetWeights {
  if (loaded?.key !== key) {
    loaded?.supernet.dispose();
    const supernet = new SupernetWeights(definition);
    supernet.restoreWeights(weights);
    loaded = { key, supernet };
  }
  return loaded.supernet;
}

/** @returns what is wanted of the sub-network */
export async function askSubnetwork(task: SubnetworkTask): Promise<Answer> {
  const { network, wanted } = task;
  const began = performance.now();
  const supernet = supernetOf(task);
  if (wanted === "weights") return { extracted: { network: live(network), weights: await supernet.extract(network) } };
  return { measured: { accuracy: await supernet.accuracy(network, wanted), seconds: (performance.now() - began) / 1000 } };
}
