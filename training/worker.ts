/**
 * What a worker thread of the trainer does.
 *
 * @module
 */
import { errorValue } from "../core/errors/index.ts";
import type { EpochResult } from "../core/training/trainer.ts";
import { ANSWERS, type Answer, type Message, type Task } from "./messages.ts";
import { askSubnetwork, trainSupernet } from "./supernet/supernet-worker.ts";
import { openBackend } from "./tensorflow.ts";
import { train } from "./train.ts";

export default async function run(task: Task): Promise<Answer> {
  const port = "port" in task ? task.port : undefined;
  const send = (message: Message) => port?.postMessage(message);
  try {
    const opened = await openBackend(task.backend);
    if ("training" in task) {
      const goesOn = (epoch: EpochResult) => {
        Atomics.store(task.answer, 0, ANSWERS.none);
        send({ epoch });
        Atomics.wait(task.answer, 0, ANSWERS.none);
        return Atomics.load(task.answer, 0) === ANSWERS.goOn;
      };
      return { curve: train(task.training, goesOn) };
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
