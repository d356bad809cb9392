/**
 * The most multiply-adds that one core does in WebAssembly: a loop of the kernels' own instructions
 * on registers alone, twelve independent sums of four floats, without a memory to wait for.
 *
 * @module
 */
import asc from "assemblyscript/asc";

const SUMS = 12;
const names = Array.from({ length: SUMS }, (_, i) => `s${i}`);
const SOURCE = `export function multiplyAdds(rounds: i32): f32 {
  const factor = f32x4.splat(0.999), term = f32x4.splat(0.001);
${names.map((name, i) => `  let ${name} = f32x4.splat(${i}.0);`).join("\n")}
  do {
${names.map((name) => `    ${name} = f32x4.add(f32x4.mul(${name}, factor), term);`).join("\n")}
  } while (--rounds);
  return f32x4.extract_lane(${names.reduce((sum, name) => `f32x4.add(${sum}, ${name})`)}, 0);
}`;
const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];

/** @returns a function that does that many rounds and gives the floating-point operations that these were */
export async function peakLoop(): Promise<(rounds: number) => number> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(["peak.ts", "--outFile", "peak.wasm", ...OPTIONS], {
    readFile: (name) => (name === "peak.ts" ? SOURCE : null),
    writeFile: (name, content) => {
      if (name === "peak.wasm" && typeof content !== "string") wasm = content;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`Cannot compile the multiply-add loop: ${stderr.toString()}`, { cause: error });
  const { instance } = await WebAssembly.instantiate(wasm as Uint8Array<ArrayBuffer>);
  const multiplyAdds = instance.exports.multiplyAdds as (rounds: number) => number;
  return (rounds) => {
    if (Number.isNaN(multiplyAdds(rounds))) throw new Error("unreachable");
    return rounds * SUMS * 4 * 2;
  };
}
