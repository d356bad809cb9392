/** The matrix that tests of matrices are of. @module */
import type { EvokeError } from "../../../core/errors/index.ts";
import type { Change } from "../../../core/manifest/changes.ts";
import { type Matrix, readMatrix } from "../../../core/manifest/matrix/matrix.ts";
import { listed, small, testCatalogue } from "../../experiments.ts";

export const base = { ...small, subspaces: { count: 3, radius: 2 }, controller: "gnn-lstm", budget: { queries: 20 } };
export const oneFactor = { name: "m", base, design: "one-factor" };

/** A controller that takes any options. */
const loose = { kind: "controller", name: "loose", summary: "", options: { type: "object" }, needs: [], create: () => ({}) };
const catalogue = [...testCatalogue, loose as never].map(listed);

export const matrixOf = (manifest: object | string, changes: readonly Change[] = [], baseText = JSON.stringify(base)): Promise<Matrix> =>
  readMatrix({
    file: "m.json",
    text: typeof manifest === "string" ? manifest : JSON.stringify(manifest),
    changes,
    catalogue,
    readBase: async (path) => ({ file: `folder/${path}`, text: baseText }),
    importModule: async (specifier) => {
      throw new Error(`tests import nothing, not ${specifier}`);
    },
  });
export const messageOf = (manifest: object | string, baseText?: string) =>
  matrixOf(manifest, [], baseText).then(
    () => {
      throw new Error("it was taken");
    },
    (error: EvokeError) => error.message,
  );
export const names = ({ cells }: Matrix) => cells.map(({ name }) => name);
export const differs = ({ cells }: Matrix, name: string) => cells.find((cell) => cell.name === name)!.differs;

export const variants = {
  "absolute-reward": { reward: ["absolute"] },
  uniform: { controller: { use: "uniform" } },
  "slow-learner": { controller: { options: { learningRate: 0.001 } } },
};
