/** `evoke fit`: learns a predictor, with progress on stderr and how good it is on stdout. @module */
import { join } from "node:path";
import type { Errors } from "../../../core/predictor/predictor-training.ts";
import { loadFit } from "../../host/experiment.ts";
import { type FitListener, fit } from "../../host/fit.ts";
import { changesOf, count } from "../arguments.ts";
import { onInterrupt } from "../ending.ts";
import { print } from "../streams.ts";
import { aligned, progressLine, say, stderrTerminal, whole } from "../terminal.ts";
import { queueOf, withQueue } from "./queues/open-queue.ts";

export interface FitOptions {
  readonly json?: boolean;
  readonly set: readonly string[];
  readonly out: string;
  readonly parallel?: string;
  readonly queue?: string;
  readonly quiet?: boolean;
}

export async function fitCommand(file: string, options: FitOptions): Promise<void> {
  const manifest = await loadFit({ file, changes: changesOf(options.set) });
  const { name, training } = manifest;
  const terminal = stderrTerminal(options.quiet ?? false);
  const status = progressLine(terminal);
  const parallel = options.parallel === undefined ? undefined : count("--parallel", options.parallel);
  const address = queueOf(options);
  onInterrupt(() => say(terminal, "Interrupted. Evaluations that took long are kept; the same command goes on from there."));
  const listener: FitListener = {
    terminal,
    say: (line) => say(terminal, line),
    measured: (done, of) => status.show(() => `${name}: ${whole(done)} of ${whole(of)} architectures measured`, done === of),
    failed: ({ architecture, reason }) => say(terminal, `${architecture} is left out: ${reason}`),
    trained: ({ epoch, rmse }) =>
      status.show(() => `${name}: epoch ${epoch} of ${training.epochs}, error ${rmse.toFixed(3)}`, epoch === training.epochs),
  };
  const call = { name, store: join(options.out, name), parallel, say: listener.say };
  const fitted = await withQueue(address, call, (queue) => fit(manifest, { out: options.out, parallel, queue }, listener));
  if (options.json) {
    print(`${JSON.stringify({ name, ...fitted })}\n`); // a τ that is not a number is null
    return;
  }
  const { learnt, heldOut, metric, pairs } = fitted;
  const row = (part: string, { pairs, rmse, mae, deviation, kendallTau }: Errors) => [
    part,
    whole(pairs),
    ...[rmse, mae, deviation].map((value) => value.toFixed(3)),
    Number.isNaN(kendallTau) ? "–" : kendallTau.toFixed(3),
  ];
  const head = ["", "pairs", "RMSE", "MAE", "std", "Kendall's τ"];
  const lines = aligned([head, row("learnt from", learnt), row("held out", heldOut)], [0]);
  const what = `${metric.name} on ${metric.dataset}, ${metric.unit}`;
  print(`${name} · ${what} · pairs ${pairs.slice(0, 12)}\n\n${lines.join("\n")}\n\nThe predictor is in ${fitted.file}.\n`);
}
