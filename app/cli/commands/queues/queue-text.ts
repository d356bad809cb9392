/** What is on a queue, for people. @module */
import type { QueueState } from "../../../host/queue/look/state.ts";
import { QUEUES, type QueueName } from "../../../host/queue/messages.ts";
import { aligned, duration, whole } from "../../terminal.ts";

export function queueText({ queue, evoke, server, workers, calls, jobs }: QueueState): string {
  const others = [...workers, ...calls].filter((one) => one.evoke !== evoke);
  return [
    `${queue}   ${server.kind} ${server.version}, ${megabytes(server.memory)} of memory, ${counted(server.connections, "connection")}`,
    ...QUEUES.map((name) => `  ${name.padEnd(12)} ${whole(jobs[name].waiting)} waiting, ${whole(jobs[name].active)} under way`),
    ...QUEUES.filter((name) => jobs[name].waiting > 0 && !places(workers, evoke, name)).map(
      (name) => `  no worker of version ${evoke} does ${name}; start: evoke worker --queue ${queue}`,
    ),
    "",
    ...section(
      counted(calls.length, "call"),
      ["", "Evoke", "of", "done", "handed out", "a minute", "still"],
      calls.map((call) => [
        `${call.host}/${call.pid}`,
        version(call.evoke, evoke),
        call.name,
        call.of === undefined ? whole(call.done) : `${whole(call.done)} of ${whole(call.of)}`,
        whole(call.under),
        perMinute(call.rate),
        call.eta === undefined ? "" : duration(call.eta),
      ]),
      [0, 1, 2],
    ),
    ...section(
      counted(workers.length, "worker"),
      ["", "Evoke", "runs", "evaluations", "done", "failed", "a minute", "does"],
      workers.map((worker) => [
        `${worker.host}/${worker.pid}`,
        version(worker.evoke, evoke),
        atOnce(worker.runs),
        atOnce(worker.evaluations),
        whole(worker.done),
        worker.failed === 0 ? "" : whole(worker.failed),
        perMinute(worker.rate),
        worker.doing.map(({ what, seconds }) => `${what}, ${duration(seconds)}`).join("; ") || "nothing",
      ]),
      [0, 1, 7],
    ),
    ...(others.length === 0
      ? []
      : [`* of another version than ${evoke}: it and what is of ${evoke} have nothing to do with each other`, ""]),
  ].join("\n");
}

function section(title: string, header: readonly string[], rows: readonly (readonly string[])[], texts: readonly number[]): string[] {
  if (rows.length === 0) return [title, ""];
  return [title, ...aligned([header, ...rows], texts).map((line) => `  ${line}`), ""];
}

function places(workers: QueueState["workers"], evoke: string, name: QueueName): boolean {
  return workers.some((worker) => worker.evoke === evoke && worker[name] > 0);
}

function counted(count: number, what: string): string {
  return `${count === 0 ? "No" : whole(count)} ${what}${count === 1 ? "" : "s"}`;
}

const version = (its: string, own: string) => (its === own ? its : `${its} *`);
const atOnce = (count: number) => (count === 0 ? "" : whole(count));
/** To two digits that count. */
const perMinute = (rate: number) => (rate * 60 < 10 ? (rate * 60).toFixed(1) : whole(Math.round(rate * 60)));
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
