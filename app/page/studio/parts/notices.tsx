/**
 * What is said beside the content: that there is nothing yet, that it cannot be read, that it is of before.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import type { Problem } from "../../../studio/api.ts";
import type { Answer } from "../live.ts";

/** Said at once by screen readers. */
export function ProblemNotice({ problem, children }: { readonly problem: Problem; readonly children?: ComponentChildren }) {
  return (
    <div class="notice problem" role="alert">
      <p>{children}</p>
      <pre>{problem.message}</pre>
    </div>
  );
}

/** What an answer is shown as: itself, with what is wrong above it where it is of before. */
export function Answered<T>({ answer, children }: { readonly answer: Answer<T>; readonly children: (value: T) => ComponentChildren }) {
  const { value, problem } = answer;
  if (value === undefined) return problem ? <ProblemNotice problem={problem} /> : <p class="loading">Loading …</p>;
  return (
    <>
      {problem && <ProblemNotice problem={problem}>What is shown below was read before.</ProblemNotice>}
      {children(value)}
    </>
  );
}
