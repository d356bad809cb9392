/** What the trainer and its worker threads send each other. @module */
import type { MessagePort } from "node:worker_threads";
import type { ErrorValue } from "../core/errors/index.ts";
import type { Network } from "../core/space/network.ts";
import type { BackendOptions } from "../core/training/settings.ts";
import type { SupernetEpoch } from "../core/training/supernet.ts";
import type { TrainedNetwork } from "../core/training/trained-network.ts";
import type { EpochResult, TrainingCurve } from "../core/training/trainer.ts";
import type { Workload } from "../core/training/workload.ts";
import type { SupernetDefinition } from "./supernet/supernet.ts";
import type { Checkpoint } from "./supernet/supernet-folder.ts";
import type { OpenedBackend, There } from "./tensorflow.ts";
import type { Training } from "./train.ts";
import type { SharedWeightsDefinition } from "./weight-sharing/definition.ts";

/**
 * What a worker thread is sent: to say which backends there are, or, with one of them, to open it, to time it, to train, to
 * train a supernet, to measure by one, or to hold shared weights until the port is closed. Images are in shared memory.
 */
export type Task =
  | { readonly compared: BackendOptions; readonly shared: boolean }
  | ({ readonly backend: BackendOptions } & (
      | {
          readonly training: Training;
          readonly port: MessagePort;
          readonly answer: Int32Array;
          /** A checkpoint is sent with the first epoch that ends so long after the last one, in seconds; left out, none is. */
          readonly checkpointSeconds?: number;
        }
      | { readonly supernet: SupernetTask; readonly port: MessagePort }
      | { readonly subnetwork: SubnetworkTask }
      | { readonly sharedWeights: SharedWeightsDefinition; readonly port: MessagePort }
      | { readonly timed: Workload }
      | object
    ));
/** What it answers. Errors are told as values, since a clone of an EvokeError is none. */
export type Answer =
  | { readonly opened: OpenedBackend }
  | { readonly there: readonly There[] }
  | { readonly stepSeconds: number }
  | { readonly curve: TrainingCurve }
  | { readonly weights: Float32Array }
  | { readonly extracted: TrainedNetwork }
  | { readonly measured: { readonly accuracy: number; readonly seconds: number } }
  | { readonly failed: ErrorValue };
/** Where a training finds the answer to an epoch that it has sent, in shared memory: it waits for it without an event loop. */
export const ANSWERS = { none: 0, goOn: 1, end: 2 } as const;
/** What it sends meanwhile. */
export type Message =
  | {
      readonly epoch: EpochResult;
      /** Of the checkpoint after it. */
      readonly state?: Uint8Array;
    }
  | { readonly over: true };

/** To train: from the first weights, or from a checkpoint. */
export interface SupernetTask {
  readonly definition: SupernetDefinition;
  readonly epochs: number;
  readonly from: Checkpoint | undefined;
}
/** To measure. */
export interface SubnetworkTask {
  /** Names the supernet, so that a thread that has it need not make it again. */
  readonly key: string;
  readonly definition: SupernetDefinition;
  readonly weights: Float32Array;
  readonly network: Network;
  /** Its accuracy, or what its weights are. */
  readonly wanted: "validation" | "test" | "weights";
}

/** What a training sends. */
export type FromTraining =
  | { readonly wanted: { readonly epoch: number; readonly steps: number } }
  | { readonly epoch: SupernetEpoch; readonly state: Float32Array };
/** What it is sent: the sub-networks of each step. */
export type SampledSteps = readonly (readonly Network[])[];
