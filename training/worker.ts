/**
 * What a worker thread of the trainer does.
 *
 * @module
 */
import { backendUnfit, errorValue } from "../core/errors/index.ts";
import type { EpochResult } from "../core/training/trainer.ts";
import { backendOf } from "./backends.ts";
import { ANSWERS, type Answer, type Message, type Task } from "./messages.ts";

export default async function run(task: Task): Promise<Answer> {
  const port = "port" in task ? task.port : undefined;
  const send = (message: Message) => port?.postMessage(message);
  try {
    const { opened, train, supernets } = await backendOf(task.backend);
    if ("training" in task) {
      const goesOn = (epoch: EpochResult) => {
        Atomics.store(task.answer, 0, ANSWERS.none);
        send({ epoch });
        Atomics.wait(task.answer, 0, ANSWERS.none);
        return Atomics.load(task.answer, 0) === ANSWERS.goOn;
      };
      return { curve: await train(task.training, goesOn) };
    }
    if (!("supernet" in task || "subnetwork" in task)) return { opened };
    if (!supernets) throw backendUnfit(opened.name, "it trains no supernets", "Choose a backend of TensorFlow.js.");
    return "supernet" in task ? { weights: await supernets.train(task.supernet, task.port) } : supernets.ask(task.subnetwork);
  } catch (error) {
    return { failed: errorValue(error) };
  } finally {
    send({ over: true });
    port?.close();
  }
}
