/**
 * Makes docs/results.md and its figures: runs the matrices of the paper by the built command, and sets the
 * paper's numbers beside ours.
 *
 *   npm run paper                500 seeds for most; the table nas-bench-201 must be imported
 *   npm run paper -- --seeds 20  fewer, to see that it works (writes nothing)
 *
 * Runs are kept in results/, so that a call that was interrupted goes on.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { DATASET_NAMES } from "./markdown.ts";
import { figure, matrix, overheadOf, seeds } from "./matrices.ts";
import { figuresEightAndNine, tableTwo } from "./mobilenet.ts";
import { ablations, figureSeven, figureSix } from "./section-5.ts";
import { accuracies, comparisons, costs } from "./table-1.ts";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));

if (seeds === undefined) mkdirSync("docs/figures", { recursive: true });
const one = matrix("table-1");
const six = matrix("figure-6");
const seven = Object.fromEntries(DATASET_NAMES.map((dataset) => [dataset, matrix(`figure-7-${dataset}`)]));
const five = matrix("section-5", 500);
const fiveDigits = matrix("section-5-digits-201", 200);
const oneDigits = matrix("table-1-digits-201");
const two = matrix("table-2");
const supernet = matrix("figures-8-9-supernet");
const mobilenet = { eight: matrix("figure-8"), nine: matrix("figure-9") };
const runs = one.seeds.count;

const page = `# Results

Made by \`npm run paper\` from the matrices in \`manifests/paper/\`; do not edit. Tables have mean ± population standard deviation over ${five.seeds.count} seeds (Table I: ${runs}, Figure 6: ${six.seeds.count}) and
the standard error of the mean (s.e.). Differences are paired by seed, with a 95 % bootstrap confidence interval, Wilcoxon's signed-rank
test, and Holm's correction over all comparisons of a matrix (of a dataset, in Table I). d_z is Cohen's effect size of the paired differences.
\`evoke matrix\` and \`evoke report\` on the same manifests give everything else.

## Table I: NAS-Bench-201

Search on the validation accuracy after 12 epochs; test accuracy in percent after 200 epochs of the best architecture found. The budget is 160 queries beside the
first centres; methods without centres have none. "Off by" is the difference of our mean from the paper's, in its standard errors.

${accuracies(one)}

Each method less ASE-NAS, seed by seed; the mean rank of the test accuracy among the methods, 1 the best; and the mean validation accuracy:

${comparisons(one)}

What it costs, on CIFAR-10: the median number of queries until the incumbent has a test accuracy of ${one.targets?.test}, with the share of the runs that got there; the seconds of training that the
table's look-up stands for; and the method's own computing time, which is all that these runs really took (measured with the runs, two at a time on two cores that did other work as well; it holds for that machine and moment).

${costs(one, "cifar10", overheadOf("table-1"))}

${figure("table-1", "incumbent-dataset-cifar10", "Validation accuracy of the best architecture found so far on CIFAR-10")}

What does not agree, and what is known of it:

- **REINFORCE is better here than in the paper** on all three datasets. Ours is the LSTM of 64 units with the settings that the paper names for its own method (learning rate 0.01, entropy weight 7.5e-4, baseline 0.9); the paper does not give those of its REINFORCE.
- **ASE-NAS on CIFAR-100 and ImageNet16-120 is a little lower**, by 0.1 points, with a smaller spread than the paper's. The authors' settings (learning rate 9.4468e-3, weight decay 2.374e-5, entropy weight 5.05e-4) make no difference (72.62 and 46.00 over 500 seeds). The benchmark holds several training runs of each architecture, and the paper may have drawn among them, which would widen the spread; the table used here has the means at 200 epochs.
- **ASE-NAS+ gains less than in the paper.** It starts from good centres and ends at a higher validation accuracy than ASE-NAS. But the cell with the best validation accuracy after 12 epochs tests at 72.28 on CIFAR-100 and 46.48 on ImageNet16-120, so that a search which comes nearer to it cannot reach the 73.12 and 46.66 of the paper by validation accuracy alone.
- **PNAS is far better here than in the paper**, which has no settings for it. Ours grows by components: level b holds the cells that differ from the empty one in b places, and 25 of a level are evaluated. That order alone, with an untrained predictor, gives 94.09 / 72.24 / 45.71 (30 seeds). It starts from the same cell under every seed, so that the standard error understates what is uncertain about it.
- **CNAS is a little worse** on CIFAR-10 and ImageNet16-120. It has its authors' settings, made for more queries than 160; with those of ASE-NAS it settles in its first stages and is worse still.

## Table I on digits-201

The same methods on the table that comes with Evoke ([data sheet](digits-201.md)): search on the validation accuracy after 4 epochs, report of the test accuracy after 10.
Hyperband and BOHB search on the validation accuracy after 10 epochs, with the trainings of 4 epochs as the lower fidelity, in as many epochs of training (64 × 10 = 160 × 4); their score column is of that metric. NAS-Bench-201's
table has nothing below 12 epochs, so they are in this one only.

${accuracies(oneDigits)}

${comparisons(oneDigits)}

${costs(oneDigits, "digits", overheadOf("table-1-digits-201"))}

## Figure 6: accuracy and distance

Differences |R(α) − R(β)| in points of validation accuracy after 12 epochs, of random centres and uniform candidates at each distance from them: mean ± standard deviation. The paper
has 4.49 at distance 1 and 6.69 at 2 on CIFAR-10, with deviations of 6.1 and 9.5.

${figureSix(six)}

${figure("figure-6", "distance", "Difference of accuracy against distance")}

## Figure 7: updates, and random members

\`random-in-evoked-subspace\` is one random member of the subspace with the best centre at the end of ASE-NAS; \`random-in-whole-space\` is one random cell.

${figureSeven(seven)}

${ablations(five, "Section V on NAS-Bench-201, CIFAR-10", "The ablations of Figures 7 to 9, which the paper does in its MobileNet-like space, transferred to NAS-Bench-201. Each differs from the base, ASE-NAS with K = 4 and M = 4, in one slot or option. The paper's claim holds where what is without it is significantly worse.")}
${ablations(fiveDigits, "Section V on digits-201", `The same on the table that comes with Evoke, over ${fiveDigits.seeds.count} seeds.`)}
## Table II: the MobileNet-like space

Search on the accuracy that Once-for-All's published predictor gives (percent, on their 10,000 hold-out images of ImageNet, before fine-tuning), at no more than 600M multiply-adds, width 1.2, 224 × 224, in
10,000 queries, over ${two.seeds.count} seeds, 201 to 240. K = 10 and M = 3, the paper's, where the name says nothing else. A query is spent only on what is within the limit, for all methods alike; in the row
\`limit-after-evaluation\` it is checked where a centre would be replaced, as in the paper.

${tableTwo(two)}

${figure("table-2", "pareto", "Predicted accuracy against multiply-adds: what no other network was both better and cheaper than; seven lines, so without Once-for-All's evolution, whose mean is nearest to that of ASE-NAS")}

With the paper's settings ASE-NAS and Once-for-All's evolution are alike: −0.014 ± 0.030 (standard error of the paired difference; Wilcoxon's p 0.44). With K = 5 and M = 2 it is above evolution, by 0.088 ± 0.034
(p 0.016), and with the paper's K and M and a learning rate of 1e-3 in place of 3e-4 (\`ase-nas-faster\`) by 0.066 ± 0.032 (p 0.084); both were chosen on seeds that are not in the table. Learning helps:
\`uniform\`, which draws without it in the same evoked subspaces, is lower, but most of the way from whole-space random search, a point behind, is done by the subspaces. To check the limit after the evaluation costs
0.14. ASE-NAS+ starts from ten answers of \`ofa-evolution\` of other seeds, the best of which has 84.88, and improves on it by 0.01.

The paper's figures are of networks that were trained: ASE-NAS 79.9 % top-1 with 597M multiply-adds, ASE-NAS+ 80.2 % with 582M, OFA-Large 80.0 %. Of its two networks Evoke counts 587.9M and
583.3M. None was trained here, so these are not compared.

## Figures 8 and 9 on Once-for-All's predictor

The paper's own space, with its ${mobilenet.eight.seeds.count} runs of 10,000 queries; its accuracies are those of a supernet, 67.81 ± 0.18 for the base.

${figuresEightAndNine(mobilenet.eight, mobilenet.nine)}

## Figures 8 and 9 on a supernet

MobileNet-like networks of two units for handwritten digits, measured by the shared weights of one supernet (\`manifests/paper/ase-nas-supernet.json\`), in 50 queries beside the first centres. No
difference is shown anywhere: these networks are too alike for 10 runs to tell.

${figuresEightAndNine(supernet, supernet)}

How supernets rank (\`npm run supernet-ranking\`, Kendall's τ with its jackknife standard error):

- All cells of NAS-Bench-201 on digits, FairNAS's strict fairness, 40 epochs, trained in 195 s on two busy cores: τ = 0.55 ± 0.06 (Spearman 0.72) over 100 random cells, against their trainings of 10 epochs in the table digits-201.
- MobileNet-like networks of one unit for handwritten digits in strong noise (\`manifests/supernet-digits.json\`; 7,371 networks), uniform sampling, 120 epochs, trained in under five minutes on two busy cores, killed by SIGKILL after epoch 45 and
  resumed, to the same bits as without: τ = 0.43 ± 0.08 (Spearman 0.58) over 60 random networks, each trained by itself for 20 epochs with two seeds, whose mean counts. These networks have from 65.5 to 77.8 % by real training and from 79.9 to 83.3 % by
  the shared weights; two seeds of real training agree by τ = 0.60, which no ranking can go much beyond. A third of the supernet's training, 40 epochs, ranks worse: 0.32 on the first seed, where 120 epochs have 0.43.
- The two-unit networks of Figures 8 and 9 above are too alike to be ranked: from 83.8 to 90.3 % by real training, and two seeds of it agree by 0.24 only (60 networks); the supernet agrees with their mean by 0.31 ± 0.09.
`;

if (seeds === undefined) writeFileSync("docs/results.md", page);
else process.stdout.write(page);
