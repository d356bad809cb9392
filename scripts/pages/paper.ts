/**
 * Makes docs/results.md and its figures: runs the matrices of the paper by the built command, and sets the
 * paper's numbers beside ours. Every number of ours, and every sentence that compares, is computed from their
 * statistics; the paper's numbers are quoted.
 *
 *   npm run paper                          the table nas-bench-201 must be imported (evoke table add), and
 *                                          Once-for-All's predictor must be at manifests/paper/acc_predictor.pth
 *   npm run paper -- --seeds 5 --out DIR   fewer seeds, to see that it works: prints the page and writes only into DIR
 *
 * Runs and trainings are kept in --out (results), so a call that was interrupted goes on where it stopped.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { TableFolder } from "../../app/host/tables/tables.ts";
import { batches } from "./batch.ts";
import { titleOf } from "./markdown.ts";
import { figure, matrix, overheadOf, seeds } from "./matrices.ts";
import { figuresEightAndNine, tableTwo, tableTwoInWords } from "./mobilenet.ts";
import { wrapped } from "./page.ts";
import { ablations, claimList, figureSeven, figureSix, significant } from "./section-5.ts";
import { rankings } from "./supernets.ts";
import { againstPaper, bestByScore, costs, datasetsOf, methods } from "./table-1.ts";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));

if (seeds === undefined) mkdirSync("docs/figures", { recursive: true });
const cells = await new TableFolder(".").open("nas-bench-201");
const one = matrix("paper/table-1");
const datasets = datasetsOf(one);
const oneDigits = matrix("paper/table-1-digits-201");
const six = matrix("paper/figure-6");
const seven = datasets.map((dataset) => ({ dataset, document: matrix(`paper/figure-7-${dataset}`) }));
const five = matrix("paper/section-5");
const fiveDigits = matrix("paper/section-5-digits-201");
const batch = matrix("paper/batch");
const two = matrix("paper/table-2");
const twoByEvolution = matrix("paper/table-2", { "/name": "table-2-by-evolution", "/baseline": "ofa-evolution" });
const eight = matrix("paper/figure-8");
const nine = matrix("paper/figure-9");
const supernet = matrix("paper/figures-8-9-supernet");

const page = `# Results

Made by \`npm run paper\` from the matrices in \`manifests/paper/\`; do not edit. Every number of ours, and every sentence that
compares, is computed from their statistics. \`evoke matrix\` and \`evoke report\` on the same manifests give everything else.

- Values are mean ± population standard deviation over the seeds; s.e. is the standard error of the mean.
- Differences are paired by seed, with a 95 % bootstrap confidence interval. p is of Wilcoxon's signed-rank test, with Holm's
correction over all comparisons of a table; below 0.05 a difference is called significant. d_z is Cohen's effect size of the
paired differences.
- "Score" is what the search goes by, the validation metric; "test" is the test accuracy of the answer, in percent.

## Table I: NAS-Bench-201

Search by the validation accuracy after 12 epochs; report of the test accuracy after 200 epochs; ${one.seeds.count} seeds. The budget is
160 queries beside the first centres; methods without centres have none. "Off by" is the difference of our mean from the paper's, in
its standard errors. "Less ASE-NAS" is the difference from ASE-NAS in test accuracy, with Holm's p in brackets. "Rank" is the mean
rank by test accuracy among the methods, 1 the best.

${datasets
  .map(
    (dataset) => `### ${titleOf(dataset)}

${methods(one, dataset)} ${bestByScore(cells, one.panels.find(({ metrics }) => metrics.test!.dataset === dataset)!)}
`,
  )
  .join("\n")}
### Beside the paper

${againstPaper(one)}

### What a search costs

On CIFAR-10: the median number of queries until the incumbent has a test accuracy of ${one.targets?.test}, with the share of the runs
that got there; the seconds of training that a query of the table stands for; and the method's own computing time for a query, measured
with these runs on the machine that did them.

${costs(one, "cifar10", overheadOf("table-1"))}

${figure("table-1", "incumbent-dataset-cifar10", "Best score so far on CIFAR-10")}

## Table I on digits-201

The same methods on the table that comes with Evoke ([data sheet](digits-201.md)), over ${oneDigits.seeds.count} seeds: search by the
validation accuracy after 4 epochs, report of the test accuracy after 10. Hyperband and BOHB search by the validation accuracy after 10
epochs, with the trainings of 4 epochs as the lower fidelity, in as many epochs of training (64 × 10 = 160 × 4); their score is that
metric. NAS-Bench-201's table has nothing below 12 epochs, so they are in this table only.

${methods(oneDigits, "digits")}

${costs(oneDigits, "digits", overheadOf("table-1-digits-201"))}

## Figure 6: accuracy and distance

Differences |R(α) − R(β)| in points of validation accuracy after 12 epochs, between random centres and uniform candidates at each
distance from them, over ${six.seeds.count} seeds. The paper has 4.49 ± 6.1 at distance 1 and 6.69 ± 9.5 at distance 2 on CIFAR-10.

${figureSix(six)}

${figure("figure-6", "distance", "Difference of accuracy against distance")}

## Figure 7: updates, and random members

\`random-in-evoked-subspace\` is one random member of the subspace with the best centre at the end of ASE-NAS;
\`random-in-whole-space\` is one random cell. Over ${seven[0]!.document.seeds.count} seeds.

${seven.map(({ dataset, document }) => `### ${titleOf(dataset)}\n\n${figureSeven(document)}\n`).join("\n")}
## Section V: the parts of ASE-NAS

The ablations of Figures 7 to 9, which the paper does in its MobileNet-like space, transferred to NAS-Bench-201. Each differs from the
base, ASE-NAS with K = 4 and M = 4, in one slot or option. A claim of the paper holds where the search without it is significantly worse; the
contrary does where it is significantly better; where there is no significant difference, neither is shown. The claims, by what is without them:

${claimList}

### NAS-Bench-201, CIFAR-10

Over ${five.seeds.count} seeds.

${ablations(five)}

### digits-201

Over ${fiveDigits.seeds.count} seeds.

${ablations(fiveDigits)}

## Batches

What it costs to have several evaluations under way, at the same number of queries: ASE-NAS as in Table I draws B proposals from one
policy, which all start from the centres as they are, and then takes one step on the mean of their losses. B = 1 is the paper's. Over
${batch.seeds.count} seeds; differences are from B = 1, in test accuracy and in score.

${batches(batch)}

## Table II: the MobileNet-like space

Search by the accuracy that Once-for-All's published predictor gives (percent, on their 10,000 hold-out images of ImageNet, before
fine-tuning), at no more than 600M multiply-adds, width 1.2, 224 × 224, in 10,000 queries, over ${two.seeds.count} seeds
(${two.seeds.first} to ${two.seeds.first + two.seeds.count - 1}). K = 10 and M = 3, the paper's, where the name says nothing else. A query
is spent only on what is within the limit, for all methods alike; in the row \`limit-after-evaluation\` it is checked where a centre would
be replaced, as in the paper. \`ase-nas-faster\` has a learning rate of 1e-3 in place of 3e-4; it and \`ase-nas-k5-m2\` were chosen on
seeds that are not in the table. ASE-NAS+ starts from ten answers of \`ofa-evolution\` of other seeds. \`uniform\` draws from the same
evoked subspaces without learning. "MAdds" are those of the best run.

${tableTwo(two, twoByEvolution)}

${tableTwoInWords(two, twoByEvolution)}

${figure("table-2", "pareto-predicted-accuracy-madds", "Predicted accuracy against multiply-adds")}

The paper's accuracies are of networks that were trained: ASE-NAS 79.9 % top-1 with 597M multiply-adds, ASE-NAS+ 80.2 % with 582M,
OFA-Large 80.0 %. None was trained here, so these are not compared.

## Figures 8 and 9 on Once-for-All's predictor

The paper's own space, with its ${eight.seeds.count} runs of 10,000 queries; its accuracies are those of a supernet, 67.81 ± 0.18 for the
base.

${figuresEightAndNine(eight, nine)}

## Figures 8 and 9 on a supernet

MobileNet-like networks of two units for handwritten digits, measured by the shared weights of one supernet
(\`manifests/paper/ase-nas-supernet.json\`), in 50 queries beside the first centres, over ${supernet.seeds.count} seeds.
${significant(supernet.panels[0]!)}

${figuresEightAndNine(supernet, supernet)}

## How supernets rank

Random architectures are ranked by the shared weights of a supernet and by their own training: the cells by the trainings of 10 epochs in
the table digits-201, the networks by the mean of two trainings of 20 epochs with different seeds. τ is Kendall's, with its jackknife
standard error; ρ is Spearman's. "τ of two seeds" is how well one training agrees with another, which no ranking can exceed by much.
\`npm run supernet-ranking\` ranks others.

${rankings()}
`;

if (seeds === undefined) writeFileSync("docs/results.md", wrapped(page));
else process.stdout.write(wrapped(page));
