/** What a job is, for people. @module */
import type { Job } from "../messages.ts";

/** @param title  of its parcel, once that is known */
export function jobInWords(job: Job, title = `parcel ${job.parcel.slice(0, 12)}`): string {
  if (job.kind === "runs") return `${title}, ${seedsInWords(job.seeds)}`;
  if (job.kind === "training") return `${title}, ${job.epochs} epochs of ${job.architecture}, seed ${job.seed}`;
  if (job.kind === "test") return `${title}, test of seed ${job.seed}'s answer`;
  const { query } = job.request;
  return `${title}, seed ${job.seed}, ${query < 0 ? `first centre ${-query}` : `query ${query}`}${job.attempt > 1 ? `, try ${job.attempt}` : ""}`;
}

function seedsInWords(seeds: readonly number[]): string {
  const [first, last] = [seeds[0]!, seeds.at(-1)!];
  if (seeds.length === 1) return `seed ${first}`;
  return last - first === seeds.length - 1 ? `seeds ${first} to ${last}` : `${seeds.length} seeds, ${first} to ${last}`;
}
