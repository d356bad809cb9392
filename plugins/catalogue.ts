/**
 * Everything built in. A manifest finds these plugins by name; `evoke plugins` lists them.
 *
 * @module
 */
import gnnLstm from "../controllers/gnn-lstm.ts";
import randomController from "../controllers/random.ts";
import reinforce from "../controllers/reinforce.ts";
import uniform from "../controllers/uniform.ts";
import type { Plugin } from "../core/plugin.ts";
import benchmark from "../evaluators/benchmark.ts";
import training from "../evaluators/training.ts";
import nasBench201 from "../spaces/nas-bench-201.ts";
import acceptImprovement from "./acceptance/improvement.ts";
import never from "./acceptance/never.ts";
import hamming from "./distance/hamming.ts";
import fromRun from "./initial/from-run.ts";
import given from "./initial/given.ts";
import randomInitial from "./initial/random.ts";
import progress from "./observer/progress.ts";
import recorder from "./observer/recorder.ts";
import absolute from "./reward/absolute.ts";
import improvement from "./reward/improvement.ts";

export const catalogue: readonly Plugin[] = [
  nasBench201,
  hamming,
  gnnLstm,
  uniform,
  randomController,
  reinforce,
  improvement,
  absolute,
  acceptImprovement,
  never,
  randomInitial,
  given,
  fromRun,
  benchmark,
  training,
  progress,
  recorder,
];
