/** What a worker thread does for a search by weight sharing: it holds the weights until nobody asks for them any more. @module */
import type { MessagePort } from "node:worker_threads";
import type { Backend } from "../backends.ts";
import type { SharedWeightsDefinition } from "./definition.ts";
import { mixtureDefinition } from "./mixture-definition.ts";
import { SharedWeightsSession } from "./session.ts";
import { serveSession } from "./session-port.ts";

/** @throws EvokeError NETWORK_MISFIT */
export async function holdSharedWeights(
  definition: SharedWeightsDefinition,
  { mixtures }: Pick<Backend, "mixtures">,
  port: MessagePort,
): Promise<void> {
  const { network, dataset, schedule, settings, seed } = definition;
  const learner = await mixtures(mixtureDefinition(network, dataset, settings, seed));
  const session = new SharedWeightsSession({ dataset, options: settings, schedule, seed }, learner);
  try {
    await serveSession(session, port);
  } finally {
    session.dispose();
  }
}
