/** What architecture parameters are penalised for, by its gradient.  [edges][operations] @module */
import type { Mixture } from "../../training/weight-sharing.ts";
import { sigmoid, softmax } from "../relaxation.ts";

/** The gradient of  weight · mean over edges of ln Σ_k exp α_k:  weight / E · softmax(α), of E edges. */
export function betaDecay(values: Mixture, weight: number): Mixture {
  return values.map((edge) => softmax(edge).map((p) => (weight / values.length) * p));
}

/**
 * The gradient of  −weight · mean over operations of (σ(α) − ½)², which draws every σ(α) towards 0 or 1, and is 0 at ½.
 * @param counts  which operations have a part in it
 */
export function zeroOne(values: Mixture, weight: number, counts: (edge: number, operation: number) => boolean): Mixture {
  const total = values.reduce((sum, edge, e) => sum + edge.filter((_, k) => counts(e, k)).length, 0);
  return values.map((edge, e) =>
    edge.map((value, k) => {
      const gate = sigmoid(value);
      return counts(e, k) ? ((-2 * weight) / total) * (gate - 0.5) * gate * (1 - gate) : 0;
    }),
  );
}
