/** How often a call looks, and how long it waits, in milliseconds. @module */

export const TIMES = {
  /** Whether Redis still knows what is handed out. */
  reconcile: 3_000,
  /** Who the workers are. */
  workers: 2_000,
  /** After a worker has refused a job, before another one may take it. */
  refused: 500,
  /** At the end, for the server to remove the jobs that wait. */
  leave: 1_000,
};
export type Times = typeof TIMES;

/** Jobs of short runs take about so long. */
export const CHUNK_SECONDS = 0.8;
/** So many jobs are handed out for each place of a worker, so that none waits for the next. */
export const JOBS_PER_PLACE = 2;
/** At least so many jobs of runs, and so many evaluations, are handed out, whoever is there. */
export const LEAST_RUNS = 4;
export const LEAST_EVALUATIONS = 16;
/** A job that the server has lost so often is what makes it so. */
export const LOST_OFTEN = 20;
/** Jobs that are looked at in one go. */
export const LOOKED_AT = 2_000;
/** Outcomes that are fetched by one command. */
export const FETCHED_AT_ONCE = 50;
