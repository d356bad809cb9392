/**
 * How far something is: a bar, its state, what failed, what is left.
 *
 * @module
 */
import type { Progress, State } from "../../../studio/api.ts";
import { failed, left, whole } from "./words.ts";

/** A word, and a shape, so that states are told apart without colours. */
export function StateMark({ state }: { readonly state: State }) {
  return <span class={`state ${state}`}>{state}</span>;
}

/** The bar alone. @param label  what it is the progress of */
function ProgressBar({ progress, label }: { readonly progress: Progress; readonly label: string }) {
  const { done, wanted, share, state } = progress;
  return (
    <progress
      class={state}
      max={1}
      value={state === "finished" ? 1 : share}
      aria-label={`${label}: ${done} of ${wanted} runs are finished`}
    />
  );
}

/** Said aloud, and not seen: what the state is, and each tenth that is done; more would be in the way. */
export function ProgressSaid({ progress: { state, share }, label }: { readonly progress: Progress; readonly label: string }) {
  const tenths = Math.floor(10 * share + 1e-9);
  return (
    <p class="aside" aria-live="polite">
      {`${label}: ${state}${state === "finished" ? "" : `, ${10 * tenths} % done`}`}
    </p>
  );
}

/** The bar with what there is to say. @param brief  without what failed and what is left, for a table that has columns of it */
export function ProgressLine(props: { readonly progress: Progress; readonly label: string; readonly brief?: boolean }) {
  const { progress, label, brief = false } = props;
  const { done, wanted, begun, state } = progress;
  const more = brief
    ? []
    : [begun > 0 && state !== "finished" ? `${whole(begun)} begun` : "", failed(progress), left(progress) && `${left(progress)} left`];
  return (
    <div class="progress-line">
      <ProgressBar progress={progress} label={label} />
      <p>
        <StateMark state={state} /> {whole(done)} of {whole(wanted)} {wanted === 1 ? "run" : "runs"}
        {more.map((part) => part && `, ${part}`).join("")}
      </p>
    </div>
  );
}
