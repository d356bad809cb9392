/**
 * A studio over a made-up store, for tests: opened in this process, at a port that is free.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { test as uvuTest } from "uvu";
import type { StudioEvent } from "../../../app/studio/api.ts";
import { type OpenStudio, openStudio } from "../../../app/studio/serve.ts";

/** A folder that is removed after the file's last test. */
export function scratchFolder(test: typeof uvuTest): string {
  const folder = mkdtempSync(join(tmpdir(), "evoke-studio-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export class TestStudio {
  /** What it has told the terminal. */
  readonly said: string[];
  readonly opened: OpenStudio;

  private constructor(opened: OpenStudio, said: string[]) {
    [this.opened, this.said] = [opened, said];
  }

  /** Ends with the file's last test. */
  static async open(test: typeof uvuTest, out: string, host = "127.0.0.1"): Promise<TestStudio> {
    const said: string[] = [];
    const opened = await openStudio({ out, port: 0, host, say: (line) => said.push(line) });
    test.after(() => opened.close());
    return new TestStudio(opened, said);
  }

  /** Asks as it is written: nothing in the path is escaped or resolved. */
  ask(
    path: string,
    { method = "GET", headers = {} }: { readonly method?: string; readonly headers?: Record<string, string> } = {},
  ): Promise<Asked> {
    const { host, port } = this.opened;
    return new Promise((resolve, reject) => {
      const asked = request({ host, port, path, method, headers: { host: `${host}:${port}`, ...headers }, agent: false }, (answer) => {
        let body = "";
        answer.on("data", (piece) => (body += piece));
        answer.on("end", () => resolve({ status: answer.statusCode!, headers: answer.headers, body }));
      });
      asked.on("error", reject);
      asked.end();
    });
  }

  /** The answer as JSON. */
  async json<T>(path: string, parameters: Record<string, string | number> = {}): Promise<T> {
    const query = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
    const { status, body } = await this.ask(`/${path}?${query}`);
    if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
    return JSON.parse(body) as T;
  }

  /** Asks again and again until an answer is as it is to be. */
  async until<T>(path: string, parameters: Record<string, string | number>, is: (answer: T) => boolean): Promise<T> {
    for (let tries = 0; ; tries++) {
      const answer = await this.json<T>(path, parameters).catch((error: Error) => error);
      if (!(answer instanceof Error) && is(answer)) return answer;
      if (tries > 200) throw new Error(`${path} stays ${JSON.stringify(answer instanceof Error ? answer.message : answer).slice(0, 500)}`);
      await pause(100);
    }
  }
}

export interface Asked {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** The messages of a stream, each with its id. */
export class Heard {
  readonly messages: { readonly id: string; readonly event: StudioEvent }[] = [];
  #rest = "";
  readonly #ended = new AbortController();

  constructor(url: string, last?: string) {
    void this.#listen(url, last).catch(() => {});
  }

  /** Waits until one of its messages is as it is to be. */
  async until(is: (event: StudioEvent) => boolean): Promise<StudioEvent> {
    for (let tries = 0; tries < 300; tries++) {
      const found = this.messages.find(({ event }) => is(event));
      if (found) return found.event;
      await pause(50);
    }
    throw new Error(`nothing like that in ${JSON.stringify(this.messages).slice(0, 1000)}`);
  }

  end(): void {
    this.#ended.abort();
  }

  async #listen(url: string, last: string | undefined): Promise<void> {
    const headers = last === undefined ? {} : { "last-event-id": last };
    const { body } = await fetch(`${url}api/events`, { headers, signal: this.#ended.signal });
    const decoder = new TextDecoder();
    for await (const piece of body! as unknown as AsyncIterable<Uint8Array>) {
      const parts = (this.#rest + decoder.decode(piece, { stream: true })).split("\n\n");
      this.#rest = parts.pop()!;
      for (const part of parts) {
        const [, id] = /^id: (.*)$/m.exec(part) ?? [];
        const [, data] = /^data: (.*)$/m.exec(part) ?? [];
        if (id !== undefined && data !== undefined) this.messages.push({ id, event: JSON.parse(data) as StudioEvent });
      }
    }
  }
}
