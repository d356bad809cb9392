/** The packages that only queues need: optional ones, which most installations are without. @module */
import { resolve as resolveModule } from "import-meta-resolve";
import { queuePackagesMissing } from "../../../../core/errors/queue.ts";

/** With the versions that package.json names as those of its peers. */
export const PACKAGES = { bullmq: 6, ioredis: 6 } as const;

/** @throws EvokeError QUEUE_PACKAGES_MISSING */
export async function requirePackages(): Promise<void> {
  const missing = await missingPackages();
  if (missing.length > 0) throw queuePackagesMissing(missing);
}

/** @returns what npm would have to install; one that is there and does not load is not among them */
export async function missingPackages(): Promise<string[]> {
  const asked = Object.entries(PACKAGES).map(async ([name, version]) => ((await isMissing(name)) ? [`${name}@${version}`] : []));
  return (await Promise.all(asked)).flat();
}

/** What loads is there, wherever a package manager keeps it. */
async function isMissing(name: string): Promise<boolean> {
  try {
    await import(name);
    return false;
  } catch {
    return !isFound(name);
  }
}

function isFound(name: string): boolean {
  try {
    resolveModule(name, import.meta.url);
    return true;
  } catch {
    return false;
  }
}
