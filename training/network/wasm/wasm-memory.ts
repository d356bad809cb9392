/**
 * Tensors where the wasm backend keeps them: in one memory, which loops read and write, in JavaScript or in a module of
 * our own that is given the same memory.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { compiled } from "../../../core/engine/compiled.ts";
import pixels from "./pixels.wasm.ts";

/** What the wasm backend offers beside the interface of all backends. */
interface WasmBackend extends tf.KernelBackend {
  readonly wasm: { readonly asm: { readonly memory: WebAssembly.Memory } };
  makeOutput(shape: number[], type: "float32"): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
  getMemoryOffset(data: object): number;
}

/**
 * Loops over the memory, whose source is core/engine/assembly/pixels.ts. Operands are addresses; those that are written
 * to overlap with no other, unless it says so. `end` is where the first operand ends, `bytes` are those of a pixel.
 *
 * Axes: P pixels, C channels; both kinds of sums are of 64 bits.
 */
interface PixelLoops {
  /** sums [2, C], of 64 bits: Σ a, and behind it Σ a b.  a, b [P, C] */
  sumsOfProducts(a: number, b: number, end: number, bytes: number, sums: number): void;
  /** y = slope x + offset.  x, y [P, C], slope and offset [2, C] */
  affineMap(x: number, y: number, end: number, bytes: number, slope: number): void;
  /** y = p a + q b + r.  a, b, y [P, C], p, q and r [3, C] */
  affineSum(a: number, b: number, y: number, end: number, bytes: number, p: number): void;
  /** y = a + b */
  add(a: number, b: number, y: number, end: number): void;
  /** dx = dy where x > 0, and 0 elsewhere. */
  whereAboveZero(x: number, dy: number, dx: number, end: number): void;
  /** y = x times a factor for each pixel of an image; y may be x.  x, y [P, C]  @param last  the address of the last factor */
  timesFactors(x: number, y: number, end: number, bytes: number, factors: number, last: number): void;
  /** y = Σ m x.  @param end  of y  @param inputs  the addresses of the x  [count]  @param weights  the m  [count] */
  weightedSum(inputs: number, weights: number, count: number, y: number, end: number): void;
  /** to [columns, rows] is from [rows, columns] */
  transpose(from: number, to: number, rows: number, columns: number): void;
  /** to [middle, outer, …] is from [outer, middle, …]  @param bytes  of what follows both axes */
  swapOuterAxes(from: number, to: number, outer: number, middle: number, bytes: number): void;
}

const backend = () => tf.backend() as unknown as WasmBackend;
const loopsOf = new WeakMap<WebAssembly.Memory, PixelLoops>();

/** The loops over the memory of the backend that is open. */
export function loops(): PixelLoops {
  const { memory } = backend().wasm.asm;
  let known = loopsOf.get(memory);
  if (!known) {
    known = new WebAssembly.Instance(compiled(pixels), { env: { memory } }).exports as unknown as PixelLoops;
    loopsOf.set(memory, known);
  }
  return known;
}

/** A tensor that is not yet filled. */
export function fresh<T extends tf.Tensor>(shape: readonly number[]): T {
  return tf.engine().makeTensorFromTensorInfo(backend().makeOutput([...shape], "float32"), backend()) as T;
}

/** The values of tensors where they are. What is allocated later may move them, so all outputs are made before. */
export function values(tensor: tf.Tensor): Float32Array {
  return backend().typedArrayFromHeap(tensor);
}

/** Where a tensor begins. */
export function address(tensor: tf.Tensor): number {
  return backend().getMemoryOffset(tensor.dataId) >>> 0;
}

/** Where a tensor ends. */
export function end(tensor: tf.Tensor): number {
  return address(tensor) + 4 * tensor.size;
}
