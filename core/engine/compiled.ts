/** WebAssembly from the text that it is kept as, and memory for it: its own messages never reach a user. @module */
import { memoryRefused, simdMissing } from "../errors/index.ts";

const PAGE = 65536;

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

/** An instance, with a memory of its own. @param what  that it is for, in errors @throws EvokeError MEMORY_REFUSED */
export function instanceOf<E extends { readonly memory: WebAssembly.Memory }>(module: WebAssembly.Module, what: string): E {
  try {
    return new WebAssembly.Instance(module).exports as unknown as E;
  } catch {
    throw memoryRefused(what, PAGE);
  }
}

/** Makes a memory larger; detaches views of it. @throws EvokeError MEMORY_REFUSED */
export function grow(memory: WebAssembly.Memory, bytes: number, what: string): void {
  try {
    memory.grow(Math.ceil(bytes / PAGE));
  } catch {
    throw memoryRefused(what, memory.buffer.byteLength + bytes);
  }
}
