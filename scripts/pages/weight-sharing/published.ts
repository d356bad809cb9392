/**
 * What is published of searches by weight sharing on NAS-Bench-201: test accuracy in percent, mean and population standard
 * deviation over the authors' runs.
 *
 * @module
 */
import type { MeanStd } from "../markdown.ts";

/** Who published it, and so by which protocol. */
type Source = "benchmark" | "benchmark-later" | "drnas" | "quoted";

export interface Published {
  readonly source: Source;
  /** The paper's Table I has these numbers. */
  readonly tableOne: boolean;
  /** CIFAR-10, CIFAR-100, ImageNet16-120. */
  readonly accuracies: readonly MeanStd[];
  /** Of a search on one GPU. */
  readonly seconds?: number;
}

export const SOURCES: Readonly<Record<Source, { readonly title: string; readonly about: string }>> = {
  benchmark: {
    title: "A",
    about:
      "NAS-Bench-201's paper (Dong and Yang 2020): a search on CIFAR-10, whose cell is looked up on all three data sets, over three runs. As ReLIZO's paper and RMI-NAS's README quote it; seconds are RMI-NAS's and Table I's.",
  },
  "benchmark-later": {
    title: "B",
    about:
      "the same with the moments of each batch in place of running ones, as it seems: numbers that TE-NAS quotes from a later version of that paper.",
  },
  drnas: {
    title: "C",
    about:
      "DrNAS's paper and README (Chen et al. 2021), and later papers that quote its table: a search on each data set by itself. The code of its DSNAS and PC-DARTS is not public.",
  },
  quoted: { title: "D", about: "DARTS−'s paper (Chu et al. 2021) and β-DARTS's (Ye et al. 2022), as later papers quote them." },
};

/** @param accuracies  as they are printed: mean±deviation of each data set */
const from = (source: Source, accuracies: string, seconds?: number, tableOne = false): Published => ({
  ...{ source, tableOne },
  accuracies: accuracies.split(" ").map((printed) => {
    const [mean, std] = printed.split("±").map(Number);
    return { mean: mean!, std: std! };
  }),
  ...(seconds !== undefined && { seconds }),
});
/** A row of Table I; seconds are the table's own. */
const inTableOne = (source: Source, accuracies: string, seconds?: number) => from(source, accuracies, seconds, true);

/** By the methods' names in the matrices, the paper's rows first. */
export const PUBLISHED: Readonly<Record<string, readonly Published[]>> = {
  enas: [
    inTableOne("benchmark", "53.89±0.58 13.96±2.33 14.84±2.10"),
    from("benchmark-later", "54.30±0.00 15.61±0.00 16.32±0.00", 13_315),
    from("drnas", "54.30±0.00 10.62±0.27 16.32±0.00"),
  ],
  darts: [
    inTableOne("benchmark", "54.30±0.00 15.61±0.00 16.32±0.00", 30_000),
    from("benchmark-later", "54.30±0.00 15.61±0.00 16.32±0.00", 10_890),
    from("drnas", "54.30±0.00 38.97±0.00 18.41±0.00"),
  ],
  setn: [inTableOne("benchmark", "87.64±0.00 59.05±0.24 32.52±0.21", 34_000)],
  gdas: [
    inTableOne("benchmark", "93.61±0.09 70.70±0.30 41.71±0.98", 32_000),
    from("benchmark-later", "93.61±0.09 70.70±0.30 41.84±0.90", 28_926),
    from("drnas", "93.23±0.23 24.20±8.08 41.02±0.00"),
  ],
  dsnas: [inTableOne("drnas", "93.08±0.13 31.01±16.38 41.07±0.09")],
  "pc-darts": [inTableOne("drnas", "93.41±0.30 67.48±0.89 41.31±0.22")],
  rsps: [
    from("benchmark", "84.07±3.61 52.31±5.77 26.28±3.09"),
    from("benchmark-later", "87.66±1.69 58.33±4.34 31.14±3.88"),
    from("drnas", "87.66±1.69 46.60±6.57 30.78±6.12"),
  ],
  "darts-2nd": [
    from("benchmark", "54.30±0.00 15.61±0.00 16.32±0.00", 35_782),
    from("benchmark-later", "54.30±0.00 15.61±0.00 16.32±0.00", 29_902),
  ],
  snas: [from("drnas", "92.77±0.83 69.34±1.98 43.16±2.64")],
  drnas: [from("drnas", "94.36±0.00 73.51±0.00 46.34±0.00")],
  "beta-darts": [from("quoted", "94.36±0.00 73.51±0.00 46.34±0.00")],
  "darts-minus": [from("quoted", "93.80±0.40 71.53±1.51 45.12±0.82")],
  "fair-darts": [],
  proxylessnas: [],
};

export const TITLES: Readonly<Record<string, string>> = {
  random: "one uniform cell",
  enas: "ENAS",
  darts: "DARTS",
  "darts-2nd": "2nd-order DARTS",
  setn: "SETN",
  gdas: "GDAS",
  dsnas: "DSNAS",
  "pc-darts": "PC-DARTS",
  rsps: "RSPS",
  snas: "SNAS",
  drnas: "DrNAS",
  "beta-darts": "β-DARTS",
  "darts-minus": "DARTS−",
  "fair-darts": "Fair DARTS",
  proxylessnas: "ProxylessNAS",
  "one-cell": "DARTS, one cell a stage",
  pool: "DARTS, pools as reductions",
};

/** A cell of the benchmark that lies behind published numbers: its edges 1←0, 2←0, 2←1, 3←0, 3←1, 3←2. */
export interface Behind {
  readonly row: string;
  readonly edges: readonly string[];
}
const edges = (short: string) =>
  Array.from(short, (letter) => ({ n: "none", s: "skip_connect", "1": "nor_conv_1x1", "3": "nor_conv_3x3", a: "avg_pool_3x3" })[letter]!);
export const BEHIND: readonly Behind[] = [
  { row: "DARTS; two of ENAS's three runs", edges: edges("ssssss") },
  { row: "SETN, two of three runs", edges: edges("sns3sa") },
  { row: "DrNAS, β-DARTS", edges: edges("333s33") },
  { row: "all 3 × 3 convolutions", edges: edges("333333") },
];
