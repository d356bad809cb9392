/** What whoever evaluates outside of Evoke is told of an evaluation, in any language. @module */

import type { EvaluationContext } from "../plugin/evaluator.ts";
import type { Space } from "../plugin/space.ts";
import type { Architecture } from "../space/architecture.ts";
import { namedChoices, operationsOf } from "../space/choices.ts";

export interface EvaluationDocument {
  /** The version of this document. */
  readonly evoke: 1;
  /** In text. */
  readonly architecture: string;
  /** The index of the choice of each component. */
  readonly components: Architecture;
  /** The same by their names. */
  readonly choices: readonly string[];
  /** The same by the names of the components; those that are not there are left out. */
  readonly named: Readonly<Record<string, string>>;
  /** The names of all operations, in order, where all components have the same. */
  readonly operations?: readonly string[];
  /** The training epochs that are wanted. */
  readonly fidelity: number;
  readonly seed: number;
  /** 1 for the first try, 2 after one failure, and so on. */
  readonly attempt: number;
  /** A folder of the evaluation's own; later tries and calls find what earlier ones left. Null where nothing is kept in files. */
  readonly folder: string | null;
  /** That of the same architecture after fewer epochs in the same run, the most of them; null where there is none. */
  readonly previous: { readonly fidelity: number; readonly folder: string } | null;
}

export async function evaluationDocument(
  space: Space,
  architecture: Architecture,
  { fidelity, seed }: Pick<EvaluationDocument, "fidelity" | "seed">,
  { attempt, lower, folder }: Pick<EvaluationContext, "attempt" | "lower" | "folder">,
): Promise<EvaluationDocument> {
  const operations = operationsOf(space);
  return {
    evoke: 1,
    architecture: space.encode(architecture),
    components: architecture,
    choices: architecture.map((choice, component) => space.choices[component]![choice]!),
    named: namedChoices(space, architecture),
    ...(operations && { operations }),
    fidelity,
    seed,
    attempt,
    folder: await folder().catch(noFolder),
    previous: lower ? { fidelity: lower.fidelity, folder: await lower.folder() } : null,
  };
}

/** Where nothing is kept in files there is no folder; that one cannot be made is another thing. */
function noFolder(error: object): null {
  if ("code" in error) throw error;
  return null;
}
