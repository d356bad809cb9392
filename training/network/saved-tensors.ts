/**
 * Tensors that are saved and restored.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/** What tensors hold, one after the other. */
export async function joined(tensors: readonly tf.Tensor[]): Promise<Float32Array> {
  const values = new Float32Array(tensors.reduce((sum, { size }) => sum + size, 0));
  let at = 0;
  for (const tensor of tensors) {
    values.set(await tensor.data(), at);
    at += tensor.size;
  }
  return values;
}

/** A tensor of the same shape with other values, which are copied, instead of it. */
export function replaced(tensor: tf.Tensor, values: Float32Array): tf.Tensor {
  const restored = tf.keep(tf.tensor(values.slice(), tensor.shape));
  tensor.dispose();
  return restored;
}
