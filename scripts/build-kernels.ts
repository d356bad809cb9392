/**
 * Compiles core/engine/assembly/kernels.ts to WebAssembly and writes it as base64 into
 * core/engine/kernels.wasm.ts, which is checked in: whoever uses Evoke needs no compiler, and Node,
 * Deno and a browser load it the same way.
 *
 *   npm run build:kernels
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const SOURCE = new URL("../core/engine/assembly/kernels.ts", import.meta.url);
const MODULE = new URL("../core/engine/kernels.wasm.ts", import.meta.url);
const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];

/** The text of core/engine/kernels.wasm.ts, compiled afresh. */
async function buildKernels(): Promise<string> {
  let wasm: Uint8Array = new Uint8Array();
  const { error, stderr } = await asc.main(["kernels.ts", "--outFile", "kernels.wasm", ...OPTIONS], {
    readFile: (name) => (name === "kernels.ts" ? readFileSync(SOURCE, "utf8") : null),
    writeFile: (name, content) => {
      if (name === "kernels.wasm" && typeof content !== "string") wasm = content;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`Cannot compile ${fileURLToPath(SOURCE)}: ${stderr.toString()}`, { cause: error });
  return `// Made by scripts/build-kernels.ts from core/engine/assembly/kernels.ts; do not edit.
/** The kernels as WebAssembly, ${wasm.length} bytes, in base64. */
export default "${Buffer.from(wasm).toString("base64")}";
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(MODULE, await buildKernels());
