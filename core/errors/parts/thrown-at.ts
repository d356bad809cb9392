/**
 * Where in the code an error was thrown that nobody foresaw, from its stack in V8's form.
 *
 * @module
 */

/** A module outside Evoke that plugins come from. */
export interface ModuleFile {
  /** Its path as people type it. */
  readonly file: string;
  /** What it was imported by. */
  readonly url: string;
}

/** A call on the stack. */
interface Frame {
  /** Without "file://" and what follows a "?". */
  readonly path: string;
  readonly position: string;
}

/** The folder that core/ is in: the repository, or dist/; "" in a bundle that is no module, or one of no address. */
const OWN = ownFolder(import.meta.url);

/** The first of the modules that the stack of an error leads through, from where it was thrown. */
export function firstModule(error: unknown, modules: readonly ModuleFile[]): ModuleFile | undefined {
  for (const { path } of framesOf(error)) {
    const found = modules.find(({ url }) => pathOf(url) === path);
    if (found) return found;
  }
  return undefined;
}

/**
 * The place that is of use to whoever fixes the error, as FILE:LINE:COLUMN: the first one in the module; else the first
 * one outside core and the packages; else where it was thrown.
 */
export function thrownAt(error: unknown, module?: ModuleFile): string | undefined {
  const frames = framesOf(error);
  const path = module && pathOf(module.url);
  const frame = frames.find((one) => one.path === path) ?? frames.find(isOutside) ?? frames[0];
  return frame && `${shortened(frame.path, module)}:${frame.position}`;
}

function framesOf(error: unknown): Frame[] {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return stack.split("\n").flatMap((line) => {
    const [, url, position] = /^\s+at .*? \((.*?):(\d+:\d+)\)$/.exec(line) ?? /^\s+at (?:async )?(.*?):(\d+:\d+)$/.exec(line) ?? [];
    return url === undefined || position === undefined ? [] : [{ path: pathOf(url), position }];
  });
}

function isOutside({ path }: Frame): boolean {
  if (/^(node|ext|wasm):/.test(path)) return false;
  const within = path.startsWith(OWN) ? `/${path.slice(OWN.length)}` : path;
  return !(path.startsWith(OWN) && within.startsWith("/core/")) && !within.includes("/node_modules/");
}

/** Relative to what the module's own path is relative to, or to Evoke. */
function shortened(path: string, module: ModuleFile | undefined): string {
  const from = module && pathOf(module.url);
  const base = module && from?.endsWith(`/${module.file}`) ? from.slice(0, -module.file.length) : undefined;
  const near = [base, OWN].find((folder) => folder !== undefined && path.startsWith(folder));
  return near === undefined ? path : path.slice(near.length);
}

function ownFolder(module: string | undefined): string {
  try {
    return pathOf(new URL("../../../", module).href);
  } catch {
    return "";
  }
}

function pathOf(url: string): string {
  const path = url.replace(/^file:\/\//, "").replace(/[?#].*$/, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
