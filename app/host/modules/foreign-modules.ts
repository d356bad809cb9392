/** Modules outside Evoke in this process: whose code it may be that fails where nobody waits for it, or that ends the process. @module */
import { EvokeError } from "../../../core/errors/evoke-error.ts";
import { errorThrown } from "../../../core/errors/parts/error-thrown.ts";
import { errorValue } from "../../../core/errors/parts/error-value.ts";
import { firstModule, type ModuleFile, thrownAt } from "../../../core/errors/parts/thrown-at.ts";
import { moduleExited, pluginExited, strayError } from "../../../core/errors/plugin.ts";

const modules: ModuleFile[] = [];
/** Those that are being imported, and where they are named, for errors. */
const underWay: string[] = [];

/** A module is being imported. @returns says that it is over */
export function importing(called: string, module: ModuleFile): () => void {
  modules.push(module);
  underWay.push(called);
  return () => void underWay.splice(underWay.indexOf(called), 1);
}

/** What nobody has awaited or caught, as an error that names the plugin's module, if it is one's. */
export function strayErrorOf(whatever: unknown): EvokeError {
  const error = errorThrown(whatever);
  if (error instanceof EvokeError) return error;
  const module = firstModule(error, modules);
  const thrown = thrownAt(error, module);
  return strayError({ ...errorValue(error), ...(thrown !== undefined && { thrown }) }, module?.file);
}

/** Whether there are any. */
export function hasForeignModules(): boolean {
  return modules.length > 0;
}

/** What is to be told where the code of a plugin has ended the process. @param by  has the stack of the call that ends it */
export function exitErrorOf(by: Error, status: number): EvokeError | undefined {
  if (!by.stack?.includes("\n")) return undefined; // nobody has called anything
  const [called] = underWay;
  if (called !== undefined) return moduleExited(called, status);
  const module = firstModule(by, modules);
  return module && pluginExited(module.file, status, thrownAt(by, module));
}
