/**
 * How far the experiment is: a bar with the time left on a terminal, else a line now and then.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { countsAsAnswer } from "../../core/record/events.ts";

const BAR = 30;
/** Below this number of runs each run is long enough, or the whole short enough, to show its queries too. */
const FEW_RUNS = 20;

export default plugin({
  kind: "observer",
  name: "progress",
  summary: "A bar with the time left on a terminal, else a line now and then",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      seconds: { description: "Seconds between two lines where there is no terminal", type: "number", exclusiveMinimum: 0, default: 10 },
    },
  },
  needs: ["terminal", "clock", "plan"],
  create: ({ seconds }, { terminal, clock, plan }) => {
    const began = clock();
    const interval = terminal.interactive ? 100 : seconds * 1000;
    let shown = terminal.interactive ? Number.NEGATIVE_INFINITY : began;
    let runs = 0;
    let failed = 0;
    const queries = new Map<number, number>(); // by seed, of the runs under way
    let best = Number.NEGATIVE_INFINITY;

    const done = () => {
      const parts = plan.queries ? [...queries.values()].reduce((sum, count) => sum + Math.min(1, count / plan.queries!), 0) : 0;
      return Math.min(1, (runs + parts) / plan.runs);
    };

    function show(final: boolean): void {
      const now = clock();
      if (!final && now - shown < interval) return;
      shown = now;
      const share = done();
      const left = share > 0 && share < 1 ? `, ${duration((((now - began) / share) * (1 - share)) / 1000)} left` : "";
      const text = `${runs} of ${plan.runs} runs${failed ? `, ${failed} failed` : ""}, ${duration((now - began) / 1000)}${left}${best > Number.NEGATIVE_INFINITY ? `, best ${best.toFixed(2)}` : ""}`;
      if (!terminal.interactive) {
        terminal.write(`${text}\n`);
        return;
      }
      const full = Math.round(share * BAR);
      const line = `${"█".repeat(full)}${"░".repeat(BAR - full)} ${text}`.slice(0, terminal.columns - 1);
      terminal.write(`\r\u001b[2K${line}${final ? "\n" : ""}`);
    }

    return {
      types: ["run.started", "run.finished", "run.failed", ...(plan.runs < FEW_RUNS ? (["architecture.evaluated"] as const) : [])],
      next(event) {
        if (event.type === "run.started") queries.set(event.seed, 0);
        else if (event.type === "architecture.evaluated") {
          queries.set(event.seed, (queries.get(event.seed) ?? 0) + event.charged.queries);
          if (countsAsAnswer(event)) best = Math.max(best, event.score);
        } else if (event.type === "run.finished" || event.type === "run.failed") {
          queries.delete(event.seed);
          runs++;
          if (event.type === "run.failed") failed++;
        }
        show(false);
      },
      finish: () => show(true),
    };
  },
});

function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
