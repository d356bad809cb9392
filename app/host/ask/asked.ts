/** What whoever evaluates is asked for. @module */
import type { EvaluationDocument } from "../../../core/search/evaluation-document.ts";

/** An evaluation, as `evoke ask` prints it. */
export interface AskedDocument extends EvaluationDocument {
  /** Its number in the run: 0, 1, 2 … for proposals; −1, −2, … for first centres. */
  readonly query: number;
}

/** An evaluation, as a program gets it. */
export interface Asked extends AskedDocument {
  /** Aborted when its outcome is not wanted any more. */
  readonly signal: AbortSignal;
  /** Tells how far its training is. @returns false if it is to end here: tell the score, and `stoppedAfter` */
  progress(epoch: number, value: number): boolean;
}
