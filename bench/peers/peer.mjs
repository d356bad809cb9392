/**
 * Searches of Python libraries as a controller: bench/peers/serve.py is asked for each proposal, and told what came of it.
 *
 * `propose` must answer at once, so the two talk by named pipes, which Node can read from while nothing else goes
 * on. A process serves all searches of its library in a thread, since to import a library takes seconds; it ends when its
 * requests do. README.md says how to install the libraries.
 *
 * A library is told what its users would tell it of a space: the choices that a component can have, as categories, and when it is
 * there. Where a space demands more, as that a fourth layer has a third below it, what was chosen is brought into the
 * space's form; the library is told the score as that of what it chose. What limits turn down, and evaluations that failed,
 * it is told to be as bad as the worst that it has seen.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
/** The one that has the libraries. */
const PYTHON = process.env.EVOKE_PYTHON ?? "python3";

/** Both ends of a pipe whose ends wait for each other. An end that is open without waiting lets the other one be opened. */
function pipe(path) {
  const early = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, "w");
  const reader = openSync(path, "r");
  closeSync(early);
  return { reader, writer };
}

/** A process of serve.py, asked by lines of JSON. */
class Library {
  #name;
  #requests;
  #answers;
  #read = "";
  #searches = 0;

  constructor(name) {
    this.#name = name;
    const folder = mkdtempSync(join(tmpdir(), "evoke-peer-"));
    const paths = [join(folder, "requests"), join(folder, "answers")];
    if (spawnSync("mkfifo", paths).status !== 0) throw new Error("peers need named pipes, and there is no mkfifo here");
    const [requests, answers] = paths.map(pipe);
    rmSync(folder, { recursive: true });
    const child = spawn(PYTHON, [here("serve.py"), name], {
      stdio: [requests.reader, answers.writer, "inherit"],
      env: { ...process.env, OMP_NUM_THREADS: "1" },
    });
    child.on("error", () => {}); // its answers end, which is told below
    child.unref();
    closeSync(requests.reader);
    closeSync(answers.writer);
    this.#requests = requests.writer;
    this.#answers = answers.reader;
    this.methods = this.#answer().methods;
  }

  start(search) {
    const number = ++this.#searches;
    const asked = (request) => {
      try {
        writeSync(this.#requests, JSON.stringify({ search: number, ...request }) + "\n");
      } catch {
        // it has ended, as its answers have
      }
      return this.#answer();
    };
    asked({ start: search });
    return { ask: () => asked({ ask: true }).choices, tell: (value) => asked({ tell: value }) };
  }

  #answer() {
    const chunk = Buffer.alloc(65536);
    while (!this.#read.includes("\n")) {
      const bytes = readSync(this.#answers, chunk);
      if (bytes === 0) throw new Error(`${PYTHON} ${here("serve.py")} ${this.#name} could not be started, or has ended`);
      this.#read += chunk.toString("utf8", 0, bytes);
    }
    const end = this.#read.indexOf("\n");
    const answer = JSON.parse(this.#read.slice(0, end));
    this.#read = this.#read.slice(end + 1);
    if (answer.absent !== undefined)
      throw new Error(
        `${PYTHON} has no package "${answer.absent}", which ${this.#name} needs; bench/peers/README.md says how to install it, and ` +
          "EVOKE_PYTHON names another Python",
      );
    if (answer.error !== undefined) throw new Error(`${this.#name} failed: ${answer.error}`);
    return answer;
  }
}

/** One for each library, in each thread. */
const libraries = new Map();
function library(name) {
  if (!libraries.has(name)) libraries.set(name, new Library(name));
  return libraries.get(name);
}

/** So many random architectures and their neighbours have every choice that a component can have. */
const TRIED = 50;

/** The components as serve.py describes them. */
function componentsOf(space, rng) {
  const seen = space.choices.map(() => new Set());
  for (let i = 0; i < TRIED; i++) {
    const some = space.sample(rng);
    for (const architecture of [some, ...space.neighbours(some)])
      for (const [component, choice] of architecture.entries()) seen[component].add(choice);
  }
  return seen.map((choices, component) => {
    const condition = space.conditions?.[component];
    if (condition) choices.delete(0); // which is for its absence
    return { choices: [...choices].sort((a, b) => a - b), ...(condition && { condition }) };
  });
}

export default {
  kind: "controller",
  name: "peer",
  summary: "Asks a search of a Python library, as Optuna and Syne Tune, and tells it what came of it",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["library", "method"],
    properties: {
      library: { enum: ["optuna", "syne_tune", "plain"], description: "the file LIBRARY_peer.py" },
      method: { type: "string", description: "one of its METHODS" },
      settings: { type: "object", default: {}, description: "what the library's method is given beside the seed" },
    },
  },
  needs: ["space", "rng", "seed"],
  create({ library: name, method, settings }, { space, rng, seed }) {
    const { methods } = library(name);
    if (!methods.includes(method)) throw new Error(`${name} has no method "${method}": it has ${methods.join(", ")}`);
    const search = library(name).start({ method, seed, settings, components: componentsOf(space, rng) });
    const some = space.sample(rng);
    let proposed;

    function inSpace(choices) {
      if (space.contains(choices)) return choices;
      return space.modify(
        some,
        choices.map((operation, component) => ({ component, operation })),
      );
    }

    return {
      propose() {
        proposed = inSpace(search.ask());
        return { architecture: proposed };
      },
      observe({ architecture, reward }) {
        if (!proposed?.every((choice, component) => choice === architecture[component])) return; // another's
        proposed = undefined;
        search.tell(Number.isNaN(reward) ? null : reward);
      },
    };
  },
};
