/**
 * Kernels on architectures: by what they compute, as sparse counts of features, and by their choices.
 *
 * @module
 */
import { exponential } from "../engine/exact-math.ts";
import type { Counts } from "../plugin/space.ts";
import { type Architecture, differing } from "../space/architecture.ts";
import type { Kernel } from "./gaussian-process.ts";

/** An architecture as kernels see it. */
export interface Encoded {
  readonly architecture: Architecture;
  readonly counts: Counts;
}

/** Σ (xᵢ − yᵢ)². */
export function squaredDistance(x: Counts, y: Counts): number {
  let sum = 0;
  let j = 0;
  const [a, b] = [x.features, y.features];
  for (let i = 0; i < a.length; i++) {
    for (; j < b.length && b[j]! < a[i]!; j++) sum += y.counts[j]! ** 2;
    sum += (x.counts[i]! - (b[j] === a[i] ? y.counts[j++]! : 0)) ** 2;
  }
  for (; j < b.length; j++) sum += y.counts[j]! ** 2;
  return sum;
}

/** Σ xᵢ yᵢ. */
export function innerProduct(x: Counts, y: Counts): number {
  let sum = 0;
  let j = 0;
  for (let i = 0; i < x.features.length; i++) {
    while (j < y.features.length && y.features[j]! < x.features[i]!) j++;
    if (y.features[j] === x.features[i]) sum += x.counts[i]! * y.counts[j]!;
  }
  return sum;
}

/** x · y of each with those before it and itself.  [n][i + 1] */
export function innerProducts(some: readonly Counts[]): Float64Array[] {
  const places = new Map<number, number>();
  const placeOf = (feature: number) => {
    const place = places.get(feature) ?? places.size;
    places.set(feature, place);
    return place;
  };
  const placesOf = some.map(({ features }) => Int32Array.from(features, placeOf));
  const dense = new Float64Array(places.size);
  return some.map(({ counts }, i) => {
    for (const [f, place] of placesOf[i]!.entries()) dense[place] = counts[f]!;
    const products = Float64Array.from({ length: i + 1 }, (_, j) => {
      const [own, others] = [placesOf[j]!, some[j]!.counts];
      let sum = 0;
      for (let f = 0; f < own.length; f++) sum += dense[own[f]!]! * others[f]!;
      return sum;
    });
    for (const place of placesOf[i]!) dense[place] = 0;
    return products;
  });
}

/** exp(−‖x − y‖² / scale). Where the counts are of choices, ‖x − y‖² is twice the number of components that differ. */
export function exponentialOfDistance(scale: number): Kernel<Encoded> {
  const known = exponentials(scale);
  return (a, b) => known(squaredDistance(a.counts, b.counts));
}

/** exp(−h / scale), h: the components that differ. */
export function exponentialOfDifferences(scale: number): Kernel<Encoded> {
  const known = exponentials(scale);
  return (a, b) => known(differing(a.architecture, b.architecture));
}

/** weight · Σ xᵢ yᵢ. */
export function linear(weight: number): Kernel<Encoded> {
  return (a, b) => weight * innerProduct(a.counts, b.counts);
}

/** Σ weightₖ · kₖ. */
export function weightedSum<X>(parts: readonly (readonly [weight: number, kernel: Kernel<X>])[]): Kernel<X> {
  return (a, b) => {
    let sum = 0;
    for (const [weight, kernel] of parts) sum += weight * kernel(a, b);
    return sum;
  };
}

/** exp(−d / scale) for whole d, each computed once; d of counts are whole. */
function exponentials(scale: number): (d: number) => number {
  const known: number[] = [];
  return (d) => (Number.isInteger(d) && d < MOST_KNOWN ? (known[d] ??= exponential(-d / scale)) : exponential(-d / scale));
}
const MOST_KNOWN = 10_000;
