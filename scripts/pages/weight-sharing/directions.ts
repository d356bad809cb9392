/**
 * What was expected of searches by weight sharing, and whether it is so over seeds.
 *
 * @module
 */
import { counted } from "../../../app/report/format.ts";
import {
  brownForsythe,
  holm,
  mean,
  pairedDifferences,
  sampleStandardDeviation,
  spearman,
  wilcoxonSignedRank,
} from "../../../core/statistics/index.ts";
import { fixed, listed, pValue, SIGNIFICANT, signed } from "../markdown.ts";
import { type Answers, EDGES, operationsOf, parameterFreeShare } from "./cells.ts";
import { titleOf } from "./found.ts";
import { tauWithParameterFree, tauWithTable } from "./ranking.ts";
import type { Run, Runs } from "./runs.ts";

/** The matrices that there are runs of. */
export interface Searched {
  readonly digits: Runs;
  readonly cifar10: Runs;
  readonly choices: Runs;
  readonly collapse: Runs;
  /** What the table of digits has of cells. */
  readonly answers: Answers;
}

/** What was found: that one thing is larger than another, as it was expected to be, or is not. */
export interface Finding {
  readonly measured: string;
  readonly test: string;
  /** How many of what the test is over. */
  readonly n: string;
  /** Above 0 where it is as expected. */
  readonly difference: number;
  readonly p: number;
}

interface Expectation {
  /** In few words. */
  readonly title: string;
  readonly expected: string;
  /** Undefined where there are no runs. */
  find(): Finding | undefined;
}

/** Methods whose answer is the operation of the largest parameter on each edge. */
const BY_ARGMAX = [
  ...["darts", "darts-2nd", "gdas", "dsnas", "pc-darts", "drnas", "beta-darts", "darts-minus", "snas", "fair-darts", "proxylessnas"],
];

type Measure = (run: Run) => number;
const finalShare: Measure = ({ architecture }) => parameterFreeShare(architecture);
const finalEntropy: Measure = ({ epochs }) => epochs.at(-1)?.entropy ?? Number.NaN;
/** The first epoch in which the entropy is at most half of that of equal probabilities; the one after the last, if it never is. */
const halvedAt: Measure = ({ epochs }) => {
  const at = epochs.findIndex(({ entropy }) => entropy <= Math.log(5) / 2);
  return at < 0 ? epochs.length + 1 : at + 1;
};
const percent = (share: number) => `${fixed(100 * share, 0)} %`;

/** Wilcoxon's test of pairs, the first of each expected to be larger. */
export function ofPairs(
  pairs: readonly (readonly [number, number])[],
  show: (value: number) => string,
  unit = "seed",
): Finding | undefined {
  const whole = pairs.filter((pair) => pair.every(Number.isFinite));
  if (whole.length === 0) return undefined;
  const [first, second] = [whole.map(([a]) => a), whole.map(([, b]) => b)];
  const differences = pairedDifferences(first, second);
  return {
    measured: `${show(mean(first))} against ${show(mean(second))}`,
    test: "Wilcoxon",
    n: counted(whole.length, unit),
    difference: mean(differences),
    p: wilcoxonSignedRank(differences).p,
  };
}

/** A measure of two cells of a matrix, paired by seed. */
function ofCells(runs: Runs, larger: string, smaller: string, measure: Measure, show: (value: number) => string = fixed) {
  const other = new Map((runs.get(smaller) ?? []).map((run) => [run.seed, measure(run)]));
  const pairs = (runs.get(larger) ?? []).map((run) => [measure(run), other.get(run.seed) ?? Number.NaN] as const);
  return ofPairs(pairs, show);
}

/** Two measures of the same runs. */
const within = (runs: readonly Run[], larger: Measure, smaller: Measure, show: (value: number) => string = fixed, unit?: string) =>
  ofPairs(
    runs.map((run) => [larger(run), smaller(run)] as const),
    show,
    unit,
  );

/** Brown and Forsythe's test of how the answers of two methods vary. */
function ofSpread(runs: Runs, larger: string, smaller: string): Finding | undefined {
  const [a, b] = [larger, smaller].map((method) => (runs.get(method) ?? []).map(({ test }) => test));
  if (a!.length < 2 || b!.length < 2) return undefined;
  const { t, p } = brownForsythe(a!, b!);
  const spread = (tests: readonly number[]) => fixed(sampleStandardDeviation(tests));
  return {
    measured: `standard deviations ${spread(a!)} against ${spread(b!)}`,
    test: "Brown–Forsythe",
    n: `${a!.length} and ${b!.length} seeds`,
    difference: t,
    p,
  };
}

/** Whether runs whose curvature is higher at half of the epochs come to more parameter-free edges after it. */
function curvatureBefore(runs: readonly Run[]): Finding | undefined {
  const points = runs.flatMap(({ epochs }) => {
    const middle = epochs.findLastIndex(({ curvature }, at) => Number.isFinite(curvature) && at < epochs.length / 2);
    return middle < 0
      ? []
      : [{ curvature: epochs[middle]!.curvature, gained: epochs.at(-1)!.parameterFree - epochs[middle]!.parameterFree }];
  });
  const { rho, p } = spearman(
    points.map(({ curvature }) => curvature),
    points.map(({ gained }) => gained),
  );
  if (!Number.isFinite(p)) return undefined;
  return { measured: `ρ ${signed(rho)}`, test: "Spearman", n: counted(points.length, "seed"), difference: rho, p };
}

/** How often `none` is the answer of edges. */
const noneOn =
  (edges: readonly string[]): Measure =>
  ({ architecture }) =>
    mean(edges.map((edge) => (operationsOf(architecture)[EDGES.indexOf(edge)] === "none" ? 1 : 0)));

export function expectations({ digits, cifar10, choices, collapse, answers }: Searched): readonly Expectation[] {
  const tau: Measure = (run) => tauWithTable(run, answers);
  const darts = collapse.get("darts") ?? [];
  const curved = darts.map(({ epochs, ...run }) => ({ ...run, epochs: epochs.filter(({ curvature }) => Number.isFinite(curvature)) }));
  const byArgmax = (runs: Runs) => BY_ARGMAX.flatMap((method) => runs.get(method) ?? []);
  const free = (larger: string, smaller: string) => ofCells(collapse, larger, smaller, finalShare, percent);
  const none = (runs: Runs) => within(byArgmax(runs), noneOn(["2←1"]), noneOn(["1←0", "3←0", "3←2"]), percent, "run");
  return [
    {
      title: "moments of the batch",
      expected: "moments of the batch rank better than running ones (τ of RSPS)",
      find: () => ofCells(choices, "rsps", "running-moments", tau),
    },
    {
      title: "estimated moments",
      expected: "moments that are estimated for each cell rank better than running ones (τ of RSPS)",
      find: () => ofCells(choices, "estimated-moments", "running-moments", tau),
    },
    {
      title: "running moments prefer parameter-free cells",
      expected: "with running moments, τ of the accuracy with the share of parameter-free edges is higher than with those of the batch",
      find: () => ofCells(choices, "running-moments", "rsps", tauWithParameterFree),
    },
    {
      title: "DARTS loses weights with epochs",
      expected: "DARTS has a larger share of parameter-free edges after the last epoch than after the first",
      find: () =>
        within(
          darts,
          ({ epochs }) => epochs.at(-1)?.parameterFree ?? Number.NaN,
          ({ epochs }) => epochs[0]?.parameterFree ?? Number.NaN,
          percent,
        ),
    },
    {
      title: "DARTS loses weights with depth",
      expected: "DARTS comes to a larger share of parameter-free edges with three cells a stage than with one",
      find: () => free("darts", "one-cell"),
    },
    {
      title: "DARTS loses weights with residual reductions",
      expected: "DARTS comes to a larger share of parameter-free edges where reductions learn than where they pool",
      find: () => free("darts", "pool"),
    },
    {
      title: "DARTS− keeps weights",
      expected: "DARTS comes to a larger share of parameter-free edges than DARTS−",
      find: () => free("darts", "darts-minus"),
    },
    {
      title: "β-DARTS keeps weights",
      expected: "DARTS comes to a larger share of parameter-free edges than β-DARTS",
      find: () => free("darts", "beta-darts"),
    },
    {
      title: "GDAS keeps weights",
      expected: "DARTS comes to a larger share of parameter-free edges than GDAS",
      find: () => free("darts", "gdas"),
    },
    {
      title: "β-DARTS stays undecided",
      expected: "the parameters of β-DARTS spread less than those of DARTS: the entropy of an edge is higher in the end (nats)",
      find: () => ofCells(collapse, "beta-darts", "darts", finalEntropy),
    },
    {
      title: "the curvature rises",
      expected: "the largest eigenvalue of ∇²_α of the validation loss is larger at DARTS's last measurement than at its first",
      find: () =>
        within(
          curved,
          ({ epochs }) => epochs.at(-1)?.curvature ?? Number.NaN,
          ({ epochs }) => epochs[0]?.curvature ?? Number.NaN,
          (value) => fixed(value, 3),
        ),
    },
    {
      title: "the curvature rises before the collapse",
      expected: "the higher that eigenvalue is at half of the epochs, the more parameter-free edges DARTS comes to after that",
      find: () => curvatureBefore(darts),
    },
    {
      title: "ENAS's frozen baseline decides more",
      expected:
        "the entropy of ENAS's policy is higher in the end where the baseline moves with each sample than where it moves once an epoch (nats)",
      find: () => ofCells(choices, "enas-per-sample", "enas", finalEntropy),
    },
    {
      title: "ENAS's frozen baseline decides sooner",
      expected:
        "that entropy has halved later where the baseline moves with each sample (epoch; the one after the last, where it never has)",
      find: () => ofCells(choices, "enas-per-sample", "enas", halvedAt, (epoch) => fixed(epoch, 1)),
    },
    {
      title: "DSNAS varies more than GDAS",
      expected: "the answers of DSNAS vary more over seeds than those of GDAS",
      find: () => ofSpread(digits, "dsnas", "gdas"),
    },
    {
      title: "GDAS varies more than DrNAS",
      expected: "the answers of GDAS vary more over seeds than those of DrNAS",
      find: () => ofSpread(digits, "gdas", "drnas"),
    },
    {
      title: "all images select better",
      expected:
        "the best of 100 cells by all validation images is better than the best by 64 images, others for each (RSPS, test accuracy)",
      find: () => ofCells(choices, "all-images", "one-batch", ({ test }) => test),
    },
    {
      title: "strict fairness at equal cost",
      expected: "paths by strict fairness train weights that rank better than uniform ones with as many passes (τ)",
      find: () => ofCells(choices, "fair", "rsps", tau),
    },
    {
      title: "strict fairness at equal steps",
      expected: "they do so with as many steps, each of five passes (τ)",
      find: () => ofCells(choices, "fair-all-epochs", "rsps", tau),
    },
    {
      title: "selection by perturbation",
      expected: "of the same searches by DARTS, what perturbation selects is better than what the parameters do (DARTS-PT, test accuracy)",
      find: () => ofCells(choices, "darts-pt", "darts", ({ test }) => test),
    },
    {
      title: "`none` mostly on 2←1 of digits",
      expected: "methods that take the largest parameter choose `none` more often on edge 2←1 than on 1←0, 3←0 and 3←2, on digits",
      find: () => none(digits),
    },
    {
      title: "`none` mostly on 2←1 of CIFAR-10",
      expected: "they do so on CIFAR-10",
      find: () => none(cifar10),
    },
  ];
}

type Verdict = "shown" | "opposite" | "not shown" | "no runs";

/** Each expectation with what was found and what that says, Holm's correction being over all that were tested. */
export function judged(all: readonly Expectation[]) {
  const found = all.map((expectation) => ({ ...expectation, finding: expectation.find() }));
  const tested = found.filter(({ finding }) => finding);
  const adjusted = holm(tested.map(({ finding }) => finding!.p));
  return found.map((one) => {
    const p = adjusted[tested.indexOf(one)];
    return { ...one, holm: p, verdict: verdictOf(one.finding, p) };
  });
}

function verdictOf(finding: Finding | undefined, p: number | undefined): Verdict {
  if (!finding) return "no runs";
  if (!(p! < SIGNIFICANT)) return "not shown";
  return finding.difference > 0 ? "shown" : "opposite";
}

/** A list item for each. */
export function directionsList(all: ReturnType<typeof judged>): string {
  return all
    .map(({ expected, finding, holm, verdict }) => {
      if (!finding) return `- **No runs yet**: ${expected}.`;
      const { measured, n, test } = finding;
      return `- **${verdict[0]!.toUpperCase()}${verdict.slice(1)}**: ${expected}. Measured: ${measured} (${n}, ${test}, Holm p ${pValue(holm!)}).`;
    })
    .join("\n");
}

/** How many of them are shown. */
export function directionsInWords(all: ReturnType<typeof judged>): string {
  const tested = all.filter(({ finding }) => finding);
  if (tested.length === 0) return "None of the directions that were expected has runs yet.";
  const of = (verdict: Verdict) => tested.filter((one) => one.verdict === verdict).map(({ title }) => title);
  const said = (["shown", "opposite", "not shown"] as const).map(
    (verdict) => `${of(verdict).length} ${verdict}${of(verdict).length > 0 ? ` (${listed(of(verdict))})` : ""}`,
  );
  return `Directions that were expected, ${tested.length} of ${all.length} tested: ${listed(said)}.`;
}

/** Methods whose operations are counted for `none`. */
export const byArgmaxInWords = () => listed(BY_ARGMAX.map(titleOf));
