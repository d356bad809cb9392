/**
 * Why evaluations failed, with the logs that are kept.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import { counted } from "../../../report/format.ts";
import type { CellView } from "../../../studio/api.ts";

export function FailureReasons(props: {
  readonly failures: NonNullable<CellView["failures"]>;
  /** A link to a run, where the failures are of several. */
  readonly seed?: (seed: number) => ComponentChildren;
}) {
  const { tries, rejected, reasons, further, evaluations } = props.failures;
  return (
    <section aria-labelledby="failures">
      <h2 id="failures">Failures</h2>
      <p>
        {`${counted(tries, "try", "tries")} failed, and ${counted(rejected, "architecture")} of ${evaluations.toLocaleString("en-US")} ${rejected === 1 ? "was" : "were"} rejected.`}
      </p>
      <ul class="failures">
        {reasons.map(({ reason, tries, rejected, architecture, seed, log }) => (
          <li key={`${seed} ${architecture} ${reason}`}>
            <pre>{reason}</pre>
            <p class="soft">
              {counted(tries, "try", "tries")}, {rejected} rejected; first with <code class="architecture">{architecture}</code>
              {props.seed && <> in {props.seed(seed)}</>}
            </p>
            <Log text={log} />
          </li>
        ))}
      </ul>
      {further !== undefined && <p class="soft">{counted(further, "further reason")} are not listed.</p>}
    </section>
  );
}

/** The end of what a program printed. */
export function Log({ text }: { readonly text: string | undefined }) {
  if (text === undefined || text === "") return null;
  return (
    <details>
      <summary>Log</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by the keyboard too */}
      <pre class="log" tabIndex={0}>
        {text}
      </pre>
    </details>
  );
}
