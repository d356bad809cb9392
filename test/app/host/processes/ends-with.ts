/** A process that has a program running, with one of its own, and a worker that waits; then it ends as it is told. @module */
import process from "node:process";
import { processesIn } from "../../../../app/host/processes/processes.ts";
import type { Heard } from "../../../../core/plugin/processes.ts";

const [how] = process.argv.slice(2);
const program = (script: string, persistent: boolean) => ({
  command: ["/bin/sh", "-c", script],
  environment: {},
  slots: [{ PERSISTENT: `${persistent}` }],
  perSlot: 1,
  persistent,
});
const processes = processesIn(process.cwd());
const { signal } = new AbortController();
const hear = (line: string): Heard => {
  console.log(line);
  return "last";
};

await processes.ask(program("read line; echo $$; exec sleep 1000", true), "", hear, signal);
// It does not look at its stdin, and has closed its output.
const deaf = program("sleep 1000 & echo $$ $!; exec >/dev/null 2>&1; wait", false);
const begun = (line: string) => {
  setTimeout(end);
  return hear(line);
};
void processes.ask(deaf, "", begun, signal);

function end(): void {
  if (how === "exit") process.exit(130);
  else if (how === "throw") throw new Error("a defect");
  else process.kill(process.pid, how);
}
