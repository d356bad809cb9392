/**
 * A network of its own on this machine, for tests in which machines are cut off: network namespaces, each joined to one
 * bridge by a cable that can be pulled. This machine itself is at the bridge, too, and nothing leads out of it.
 *
 *   const lab = new Lab(); const box = lab.add(); lab.spawn(box, "node", […]); lab.cut(box); lab.remove();
 *
 * @module
 */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";

function ip(...args: string[]): void {
  const { status, error, stderr } = spawnSync("ip", args, { encoding: "utf8" });
  if (status !== 0) throw error ?? new Error(`ip ${args.join(" ")}: ${stderr}`);
}

/** A machine of the network. */
export interface Box {
  /** Of its namespace, and of this machine's end of its cable. */
  readonly name: string;
}

export class Lab {
  /** The address of this machine in the network. */
  readonly host: string;
  readonly #bridge: string;
  readonly #net: string;
  readonly #boxes: Box[] = [];

  constructor() {
    const number = Math.floor(Math.random() * 0xffff);
    // 198.18.0.0/15 is for tests of networks (RFC 2544): nobody has it in use.
    this.#net = `198.${18 + (number & 1)}.${(number >> 1) & 0xff}`;
    this.host = `${this.#net}.1`;
    this.#bridge = `ev${number.toString(36)}`;
    ip("link", "add", this.#bridge, "type", "bridge");
    try {
      ip("address", "add", `${this.host}/24`, "dev", this.#bridge);
      ip("link", "set", this.#bridge, "up");
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  add(): Box {
    const number = this.#boxes.length + 1;
    const box = { name: `${this.#bridge}-${number}` };
    ip("netns", "add", box.name);
    this.#boxes.push(box);
    try {
      ip("link", "add", box.name, "type", "veth", "peer", "name", "eth0", "netns", box.name);
      ip("link", "set", box.name, "master", this.#bridge, "up");
      ip("-n", box.name, "address", "add", `${this.#net}.${number + 1}/24`, "dev", "eth0");
      for (const device of ["lo", "eth0"]) ip("-n", box.name, "link", "set", device, "up");
    } catch (error) {
      this.remove();
      throw error;
    }
    return box;
  }

  /** Starts a program on a machine of the network. */
  spawn({ name }: Box, program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    return spawn("ip", ["netns", "exec", name, program, ...args], options);
  }

  /** Pulls the cable: nothing comes through any more, and nobody is told. */
  cut({ name }: Box): void {
    ip("link", "set", name, "down");
  }

  /** Plugs it in again. */
  join({ name }: Box): void {
    ip("link", "set", name, "up");
  }

  remove(): void {
    for (const { name } of this.#boxes.splice(0)) spawnSync("ip", ["netns", "delete", name]);
    spawnSync("ip", ["link", "delete", this.#bridge]);
  }
}

/** Whether this process may make namespaces, bridges and cables. */
export const hasNamespaces = (() => {
  if ("Deno" in globalThis) return false;
  try {
    const lab = new Lab();
    lab.add();
    lab.remove();
    return true;
  } catch {
    return false;
  }
})();
export const NAMESPACES_ABSENT = "this process may make no network namespaces (ip netns)";
