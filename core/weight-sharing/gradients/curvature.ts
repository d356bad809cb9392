/**
 * How sharply the loss bends in the architecture's parameters: λ_max of ∇²_α L, which grows before DARTS collapses.
 *
 * Zela et al. 2020, "Understanding and Robustifying Differentiable Architecture Search", arXiv:1909.09656, Section 4. The
 * authors' code adds the weight decay of α to it.
 *
 * @module
 */
import type { Mixture } from "../../training/weight-sharing.ts";

/** How far a parameter is moved for a difference: gradients are in 32 bits, so not less. */
const STEP = 0.01;

/**
 * λ_max of the matrix of second derivatives at α, by central differences of the gradient: two gradients for each parameter,
 * exact where the loss is quadratic.
 * @param values  α  [edges][operations]
 * @param gradientAt  ∂L/∂α at any α, always of the same images and draws
 */
export async function curvatureAt(values: Mixture, gradientAt: (values: Mixture) => Promise<Mixture>): Promise<number> {
  const moved = (edge: number, operation: number, by: number) =>
    gradientAt(values.with(edge, values[edge]!.with(operation, values[edge]![operation]! + by)));
  const rows: number[][] = [];
  for (const [edge, { length }] of values.entries())
    for (let operation = 0; operation < length; operation++) {
      const more = (await moved(edge, operation, STEP)).flat();
      const less = (await moved(edge, operation, -STEP)).flat();
      rows.push(more.map((slope, i) => (slope - less[i]!) / (2 * STEP)));
    }
  return largestEigenvalue(rows.map((row, i) => row.map((value, j) => (value + rows[j]![i]!) / 2)));
}

/**
 * Of a symmetric matrix, by Jacobi's rotations, until what is beside the diagonal is nothing to it.
 * @param matrix  [n][n]
 */
export function largestEigenvalue(matrix: readonly (readonly number[])[]): number {
  const a = matrix.map((row) => [...row]);
  const n = a.length;
  for (let sweep = 0; sweep < 50; sweep++) {
    let beside = 0;
    let all = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        all += a[i]![j]! ** 2;
        if (i !== j) beside += a[i]![j]! ** 2;
      }
    if (beside <= 1e-28 * all) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, p, q);
  }
  return Math.max(...a.map((row, i) => row[i]!));
}

/** Makes the entries (p, q) and (q, p) zero. */
function rotate(a: number[][], p: number, q: number): void {
  const beside = a[p]![q]!;
  if (beside === 0) return;
  const ratio = (a[q]![q]! - a[p]![p]!) / (2 * beside);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  for (const row of a) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = cosine * x - sine * y;
    row[q] = sine * x + cosine * y;
  }
  const [above, below] = [a[p]!, a[q]!];
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [above[k]!, below[k]!];
    above[k] = cosine * x - sine * y;
    below[k] = sine * x + cosine * y;
  }
}
