/** WebAssembly from the text that it is kept as. @module */
import { simdMissing } from "../errors/index.ts";

/** @param text  base64  @throws EvokeError SIMD_MISSING */
export function compiled(text: string): WebAssembly.Module {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i); // nothing is compiled yet, so calls would take long
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    throw simdMissing();
  }
}
