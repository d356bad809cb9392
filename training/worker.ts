/**
 * What a worker thread of the trainer does.
 *
 * @module
 */
import { backendUnfit, errorValue } from "../core/errors/index.ts";
import { backendOf, backendsThere } from "./backends.ts";
import { inWords } from "./memory/room.ts";
import { ANSWERS, type Answer, type Message, type Task } from "./messages.ts";
import { timeStep } from "./timing.ts";
import type { GoesOn } from "./train.ts";
import { holdSharedWeights } from "./weight-sharing/hold.ts";

export default async function run(task: Task): Promise<Answer> {
  const port = "port" in task ? task.port : undefined;
  const isSession = "sharedWeights" in task;
  const send = (message: Message, ...transferred: ArrayBuffer[]) => port?.postMessage(message, transferred);
  try {
    if ("compared" in task) return { there: await backendsThere(task.compared, task.shared) };
    const backend = await backendOf(task.backend);
    const { opened, train, supernets } = backend;
    if ("timed" in task) return { stepSeconds: await timeStep(task.timed, backend) };
    if ("training" in task) {
      const { checkpointSeconds = Number.POSITIVE_INFINITY } = task;
      let kept = performance.now();
      const goesOn: GoesOn = async (epoch, checkpoint) => {
        Atomics.store(task.answer, 0, ANSWERS.none);
        const due = epoch.epoch < task.training.settings.epochs && performance.now() - kept >= checkpointSeconds * 1000;
        if (due) {
          const { state } = await checkpoint();
          send({ epoch, state }, state.buffer as ArrayBuffer);
          kept = performance.now();
        } else send({ epoch });
        Atomics.wait(task.answer, 0, ANSWERS.none);
        return Atomics.load(task.answer, 0) === ANSWERS.goOn;
      };
      return { curve: await train(task.training, goesOn) };
    }
    if ("sharedWeights" in task) {
      await holdSharedWeights(task.sharedWeights, backend, task.port);
      return { opened };
    }
    if (!("supernet" in task || "subnetwork" in task)) return { opened };
    if (!supernets) throw backendUnfit(opened.name, "it trains no supernets", "Choose a backend of TensorFlow.js.");
    return "supernet" in task ? { weights: await supernets.train(task.supernet, task.port) } : supernets.ask(task.subnetwork);
  } catch (error) {
    const { backend = "the fastest backend" } = "backend" in task ? task.backend : {};
    return { failed: errorValue(inWords(error, backend)) };
  } finally {
    if (!isSession) send({ over: true });
    port?.close();
  }
}
