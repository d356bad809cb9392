/**
 * What a worker thread of the trainer does.
 *
 * @module
 */
import { errorValue } from "../core/errors/index.ts";
import { ANSWERS, type Answer, type Message, type Task } from "./messages.ts";
import { askSubnetwork, trainSupernet } from "./supernet/supernet-worker.ts";
import { openBackend } from "./tensorflow.ts";
import { type GoesOn, train } from "./train.ts";

export default async function run(task: Task): Promise<Answer> {
  const port = "port" in task ? task.port : undefined;
  const send = (message: Message, ...transferred: ArrayBuffer[]) => port?.postMessage(message, transferred);
  try {
    const opened = await openBackend(task.backend);
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
    if ("supernet" in task) return { weights: await trainSupernet(task.supernet, task.port) };
    if ("subnetwork" in task) return askSubnetwork(task.subnetwork);
    return { opened };
  } catch (error) {
    return { failed: errorValue(error) };
  } finally {
    send({ over: true });
    port?.close();
  }
}
