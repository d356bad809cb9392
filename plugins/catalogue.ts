/**
 * Everything built in. A manifest finds these plugins by name; `evoke plugins` lists them.
 *
 * @module
 */
import alphax from "../controllers/alphax.ts";
import bananas from "../controllers/bananas.ts";
import bestSubspace from "../controllers/best-subspace.ts";
import bohb from "../controllers/bohb.ts";
import cnas from "../controllers/cnas.ts";
import gnnLstm from "../controllers/gnn-lstm.ts";
import hyperband from "../controllers/hyperband.ts";
import lanas from "../controllers/lanas.ts";
import localSearch from "../controllers/local-search.ts";
import mlpLstm from "../controllers/mlp-lstm.ts";
import noEdge from "../controllers/no-edge.ts";
import ofaEvolution from "../controllers/ofa-evolution.ts";
import pnas from "../controllers/pnas.ts";
import randomController from "../controllers/random.ts";
import regularizedEvolution from "../controllers/regularized-evolution.ts";
import reinforce from "../controllers/reinforce.ts";
import reinforceLogits from "../controllers/reinforce-logits.ts";
import separatePolicies from "../controllers/separate-policies.ts";
import uniform from "../controllers/uniform.ts";
import type { Plugin } from "../core/plugin.ts";
import benchmark from "../evaluators/benchmark.ts";
import predictor from "../evaluators/predictor.ts";
import supernet from "../evaluators/supernet.ts";
import training from "../evaluators/training.ts";
import mobilenet from "../spaces/mobilenet.ts";
import nasBench201 from "../spaces/nas-bench-201.ts";
import acceptImprovement from "./acceptance/improvement.ts";
import latencyLimit from "./acceptance/latency-limit.ts";
import maddsLimit from "./acceptance/madds-limit.ts";
import never from "./acceptance/never.ts";
import parametersLimit from "./acceptance/parameters-limit.ts";
import hamming from "./distance/hamming.ts";
import fromRun from "./initial/from-run.ts";
import given from "./initial/given.ts";
import randomInitial from "./initial/random.ts";
import admittedOnly from "./middleware/admitted-only.ts";
import noRepeats from "./middleware/no-repeats.ts";
import warmStart from "./middleware/warm-start.ts";
import progress from "./observer/progress.ts";
import recorder from "./observer/recorder.ts";
import absolute from "./reward/absolute.ts";
import improvement from "./reward/improvement.ts";
import softPenalty from "./reward/soft-penalty.ts";

export const catalogue: readonly Plugin[] = [
  nasBench201,
  mobilenet,
  hamming,
  gnnLstm,
  mlpLstm,
  noEdge,
  separatePolicies,
  bestSubspace,
  uniform,
  randomController,
  reinforce,
  reinforceLogits,
  regularizedEvolution,
  ofaEvolution,
  localSearch,
  pnas,
  cnas,
  hyperband,
  bohb,
  bananas,
  alphax,
  lanas,
  admittedOnly,
  noRepeats,
  warmStart,
  improvement,
  absolute,
  softPenalty,
  acceptImprovement,
  never,
  maddsLimit,
  parametersLimit,
  latencyLimit,
  randomInitial,
  given,
  fromRun,
  benchmark,
  predictor,
  training,
  supernet,
  progress,
  recorder,
];
