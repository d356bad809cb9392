/** `evoke backend list | build | remove`: what trains networks on this machine. @module */
import { builtNative, nativeFolder } from "../../../training/native/built.ts";
import { type BuildOptions, buildNative, removeNative } from "../../host/backends/build-native.ts";
import { print, tell } from "../streams.ts";

/** Says which backends there are, and how those can be had that are not. */
export async function backendListCommand({ json = false }: { readonly json?: boolean }): Promise<void> {
  const { backendReports } = await import("../../../training/backends.ts");
  const backends = await backendReports();
  const built = builtNative();
  if (json) {
    print(`${JSON.stringify({ backends, native: built ? { ...built, folder: nativeFolder() } : null })}\n`);
    return;
  }
  for (const { backend, available, detail } of backends) print(`${backend.padEnd(15)} ${available ? "✔" : "✘"} ${detail}\n`);
  if (built) print(`\n${built.backend} was built here, in ${nativeFolder()}\n`);
}

/** Builds the native backend. */
export async function backendBuildCommand(_native: string, options: BuildOptions): Promise<void> {
  const { backend, tensorflow, folder, onGpu } = await buildNative(options, (line) => tell(`${line}\n`));
  print(`Built the backend ${backend}, of TensorFlow ${tensorflow}, in ${folder}.\n`);
  if (backend === "tfjs-node-gpu")
    print(
      onGpu
        ? "It computes on a GPU of this machine.\n"
        : "It finds no GPU on this machine, so it was tried on the processor only: nothing is known of how it does on a GPU.\n",
    );
  print("Undo it with: evoke backend remove native\n");
}

/** Removes it. */
export async function backendRemoveCommand(): Promise<void> {
  const there = await removeNative();
  print(there ? `Removed the native backend from ${nativeFolder()}.\n` : `No native backend is in ${nativeFolder()}.\n`);
}
