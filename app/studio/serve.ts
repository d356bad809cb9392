/**
 * The studio: a page over the stores of a folder, at an address of this machine.
 *
 * @module
 */
import { once } from "node:events";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { createAdaptorServer } from "@hono/node-server";
import { addressUnusable } from "../../core/errors/index.ts";
import { studioFolder } from "./live/folder.ts";
import { Studio } from "./live/studio.ts";
import { Answers } from "./web/answers.ts";
import { Guard, isLoopback, newToken } from "./web/guard.ts";
import { routes } from "./web/routes.ts";
import { Stream } from "./web/stream.ts";

export interface StudioOptions {
  /** The folder: --out of what was run. */
  readonly out: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly host: string;
  /** Told what people should know, in lines. */
  say(line: string): void;
}

export interface OpenStudio {
  /** Where it is, with its token if it has one. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Ends it: nothing is left open. */
  close(): Promise<void>;
}

/** @throws EvokeError STUDIO_FOLDER_MISSING, ADDRESS_UNUSABLE */
export async function openStudio({ out, port, host, say }: StudioOptions): Promise<OpenStudio> {
  const folder = studioFolder(out);
  const token = isLoopback(host) ? undefined : newToken();
  let stream: Stream | undefined;
  const studio = new Studio(folder, () => stream, say);
  stream = new Stream(studio);
  const answers = new Answers(studio);
  const app = routes(new Guard(host, token), answers, stream);
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  const named = ["0.0.0.0", "::"].includes(host) ? hostname() : host;
  const shown = isIP(named) === 6 ? `[${named}]` : named;
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    stream.end();
    throw unusable(`http://${shown}:${port}`, error as NodeJS.ErrnoException);
  }
  const bound = server.address() as { readonly port: number };
  void studio.begin().then(() => answers.warm());
  return {
    url: `http://${shown}:${bound.port}/${token === undefined ? "" : `${token}/`}`,
    ...{ host, port: bound.port },
    async close() {
      stream.end();
      studio.end();
      const closed = once(server, "close");
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}

function unusable(address: string, { code, message }: NodeJS.ErrnoException): Error {
  switch (code) {
    case "EADDRINUSE":
      return addressUnusable(
        address,
        "another program listens there",
        "Choose another port with --port N; --port 0 takes one that is free.",
      );
    case "EACCES":
      return addressUnusable(
        address,
        "that port is not for everybody",
        "Choose one above 1023 with --port N; --port 0 takes one that is free.",
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return addressUnusable(
        address,
        "it is no address of this machine",
        "Leave --host out, or name one of its addresses; 0.0.0.0 is all of them.",
      );
    default:
      return addressUnusable(address, message, "Choose another with --port N, or --host ADDRESS.");
  }
}
