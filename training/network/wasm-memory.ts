/**
 * Tensors where the wasm backend keeps them: in one memory, which loops read and write.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/** What the wasm backend offers beside the interface of all backends. */
interface WasmBackend extends tf.KernelBackend {
  makeOutput(shape: number[], type: "float32"): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
}

const backend = () => tf.backend() as unknown as WasmBackend;

/** A tensor that is not yet filled. */
export function fresh<T extends tf.Tensor>(shape: readonly number[]): T {
  return tf.engine().makeTensorFromTensorInfo(backend().makeOutput([...shape], "float32"), backend()) as T;
}

/** The values of tensors where they are. What is allocated later may move them, so all outputs are made before. */
export function values(tensor: tf.Tensor): Float32Array {
  return backend().typedArrayFromHeap(tensor);
}
