/**
 * Everything built in. A manifest finds these plugins by name; `evoke plugins` lists them.
 *
 * @module
 */
import bestSubspace from "../controllers/subspaces/best-subspace.ts";
import gnnLstm from "../controllers/subspaces/gnn-lstm.ts";
import mlpLstm from "../controllers/subspaces/mlp-lstm.ts";
import noEdge from "../controllers/subspaces/no-edge.ts";
import separatePolicies from "../controllers/subspaces/separate-policies.ts";
import uniform from "../controllers/subspaces/uniform.ts";
import alphax from "../controllers/whole-space/alphax.ts";
import bananas from "../controllers/whole-space/bananas.ts";
import bohb from "../controllers/whole-space/bohb.ts";
import cnas from "../controllers/whole-space/cnas.ts";
import evoke from "../controllers/whole-space/evoke.ts";
import hyperband from "../controllers/whole-space/hyperband.ts";
import lanas from "../controllers/whole-space/lanas.ts";
import localSearch from "../controllers/whole-space/local-search.ts";
import nsga2 from "../controllers/whole-space/nsga2.ts";
import ofaEvolution from "../controllers/whole-space/ofa-evolution.ts";
import pnas from "../controllers/whole-space/pnas.ts";
import randomController from "../controllers/whole-space/random.ts";
import regularizedEvolution from "../controllers/whole-space/regularized-evolution.ts";
import reinforce from "../controllers/whole-space/reinforce.ts";
import reinforceLogits from "../controllers/whole-space/reinforce-logits.ts";
import type { Plugin } from "../core/plugin/plugin.ts";
import benchmark from "../evaluators/benchmark.ts";
import command from "../evaluators/command.ts";
import predictor from "../evaluators/predictor.ts";
import supernet from "../evaluators/supernet.ts";
import told from "../evaluators/told.ts";
import training from "../evaluators/training.ts";
import choices from "../spaces/choices.ts";
import darts from "../spaces/darts.ts";
import enas from "../spaces/enas.ts";
import mobilenet from "../spaces/mobilenet.ts";
import nasBench101 from "../spaces/nas-bench-101.ts";
import nasBench201 from "../spaces/nas-bench-201.ts";
import nasnet from "../spaces/nasnet.ts";
import natsBenchSize from "../spaces/nats-bench-size.ts";
import acceptImprovement from "./acceptance/improvement.ts";
import latencyLimit from "./acceptance/latency-limit.ts";
import maddsLimit from "./acceptance/madds-limit.ts";
import metricLimit from "./acceptance/metric-limit.ts";
import never from "./acceptance/never.ts";
import parametersLimit from "./acceptance/parameters-limit.ts";
import hamming from "./distance/hamming.ts";
import fromRun from "./initial/from-run.ts";
import given from "./initial/given.ts";
import randomInitial from "./initial/random.ts";
import feasibleOnly from "./middleware/feasible-only.ts";
import medianStop from "./middleware/median-stop.ts";
import noRepeats from "./middleware/no-repeats.ts";
import warmStart from "./middleware/warm-start.ts";
import recorder from "./observer/recorder.ts";
import absolute from "./reward/absolute.ts";
import improvement from "./reward/improvement.ts";
import softPenalty from "./reward/soft-penalty.ts";
import weightedChebyshev from "./reward/weighted-chebyshev.ts";

export const catalogue: readonly Plugin[] = [
  nasBench201,
  nasBench101,
  natsBenchSize,
  enas,
  mobilenet,
  choices,
  darts,
  nasnet,
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
  nsga2,
  localSearch,
  pnas,
  cnas,
  hyperband,
  bohb,
  bananas,
  alphax,
  lanas,
  evoke,
  feasibleOnly,
  medianStop,
  noRepeats,
  warmStart,
  improvement,
  absolute,
  softPenalty,
  weightedChebyshev,
  acceptImprovement,
  never,
  maddsLimit,
  parametersLimit,
  latencyLimit,
  metricLimit,
  randomInitial,
  given,
  fromRun,
  benchmark,
  predictor,
  training,
  command,
  supernet,
  told,
  recorder,
];
