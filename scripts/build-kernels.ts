/**
 * Compiles the sources in core/engine/assembly/ to WebAssembly and writes each as base64 into a module, which is checked
 * in: whoever uses Evoke needs no compiler, and Node, Deno and a browser load it the same way.
 *
 *   npm run build:kernels
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const ROOT = new URL("../", import.meta.url);
const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];
/** What each module is made of, and how. */
const SOURCES: Readonly<Record<string, { readonly source: string; readonly options: readonly string[] }>> = {
  "core/engine/kernels.wasm.ts": { source: "core/engine/assembly/tape.ts", options: OPTIONS },
  "core/gaussian-process/kernels.wasm.ts": { source: "core/engine/assembly/gaussian-process.ts", options: OPTIONS },
  "training/network/wasm/pixels.wasm.ts": { source: "core/engine/assembly/pixels.ts", options: [...OPTIONS, "--importMemory"] },
};

/** The text of each module, compiled afresh. */
async function buildKernels(): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  for (const [module, { source, options }] of Object.entries(SOURCES)) texts[module] = await compiled(source, options);
  return texts;
}

async function compiled(source: string, options: readonly string[]): Promise<string> {
  const url = new URL(source, ROOT);
  let wasm: Uint8Array = new Uint8Array();
  const { error, stderr } = await asc.main(["main.ts", "--outFile", "kernels.wasm", ...options], {
    readFile: (name) => {
      const file = name === "main.ts" ? url : new URL(name.replace(/\.ts\.ts$/, ".ts"), url); // it adds an ending to what is imported
      return existsSync(file) ? readFileSync(file, "utf8") : null;
    },
    writeFile: (name, content) => {
      if (name === "kernels.wasm" && typeof content !== "string") wasm = content;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`Cannot compile ${fileURLToPath(url)}: ${stderr.toString()}`, { cause: error });
  return `// Made by scripts/build-kernels.ts from ${source}; do not edit.
/** The kernels as WebAssembly, ${wasm.length} bytes, in base64. */
export default "${Buffer.from(wasm).toString("base64")}";
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [module, text] of Object.entries(await buildKernels())) writeFileSync(new URL(module, ROOT), text);
