/** `evoke studio`: a live page over the stores of a folder. @module */
import { optionInvalid, optionUnfit } from "../../../core/errors/index.ts";
import { isLoopback } from "../../studio/web/guard.ts";
import { onInterrupt } from "../ending.ts";
import { print, tell } from "../streams.ts";

export interface StudioCommandOptions {
  readonly port: string;
  readonly host: string;
  readonly json?: boolean;
}

const MOST_PORT = 65_535;

/** Goes on until it is interrupted. */
export async function studioCommand(out: string, { port: text, host, json = false }: StudioCommandOptions): Promise<void> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= MOST_PORT)) throw optionInvalid("--port", text, `a whole number from 0 to ${MOST_PORT}, 0 for any that is free`);
  if (host === "") throw optionUnfit("--host", "it names no address");
  const { openStudio } = await import("../../studio/serve.ts");
  const say = (line: string) => tell(`${line}\n`);
  const studio = await openStudio({ out, port, host, say });
  onInterrupt(() => say("The studio is closed."));
  const { url } = studio;
  print(json ? `${JSON.stringify({ url, host: studio.host, port: studio.port, out })}\n` : `Evoke studio: ${url}\n`);
  if (!json) say(isLoopback(host) ? "It shows, and changes nothing. Ctrl-C ends it." : TOKEN);
}

const TOKEN =
  "Whoever has that address, with the token in it, sees what is kept there: it goes unencrypted over the network. Ctrl-C ends it.";
