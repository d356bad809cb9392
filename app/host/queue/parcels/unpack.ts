/**
 * Parcels at a worker. Their files are unpacked into the folder `parcels` of Evoke's home, once for all parcels with the same
 * ones: beside their place, and then renamed, so that they are there as a whole or not at all, however many processes do so.
 *
 *   parcels/NAME/package.json          nothing above it says how modules are loaded
 *   parcels/NAME/node_modules/evoke-nas   a link to the worker's own package, for plugins
 *   parcels/NAME/root/…                the files
 *
 * @module
 */
import { constants } from "node:fs";
import { chmod, copyFile, link, mkdir, readFile, readlink, realpath, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { cannotReadFile, contentUnwritable, parcelInvalid, parcelUntrusted } from "../../../../core/errors/index.ts";
import { digestOf } from "../../../../core/json/canonical-json.ts";
import { VERSION } from "../../../../core/version.ts";
import { cached } from "../../../../training/cached.ts";
import { besides } from "../../../../training/kept-file.ts";
import type { ExperimentFile } from "../../experiment.ts";
import { PACKAGE_FOLDER } from "../../package-folder.ts";
import type { Parcel, ParcelFile, ParcelTree } from "../parcel.ts";
import { type ContentCache, removeStale } from "./content-cache.ts";
import { eachOf, fileContent } from "./file-content.ts";
import { parsedParcel, parsedTree } from "./parsed.ts";

const AT_ONCE = 8;

/** What a job says of its parcel. */
export interface ParcelJob {
  readonly call: string;
  readonly parcel: string;
  readonly digest: string;
}

export interface OpenOptions {
  /** Whether code and programs of the parcel may be run. */
  readonly trust: boolean;
  /** The folder in which programs are started, in place of the manifest's, and from which what they are given is taken. */
  readonly workdir?: string;
}

export interface OpenedParcel {
  readonly parcel: Parcel;
  /** The experiment or the tabulation, as one that is here; a value that other processes can be sent. */
  readonly source: ExperimentFile;
}

/**
 * Gets a parcel and all that is in it.
 * @throws EvokeError PARCEL_UNTRUSTED, PARCEL_INVALID, PARCEL_MISSING, CANNOT_READ, CANNOT_WRITE: why the job cannot be done here
 */
export async function openParcel(cache: ContentCache, job: ParcelJob, { trust, workdir }: OpenOptions): Promise<OpenedParcel> {
  const text = async (sha256: string) => readText(await cache.file(job.call, { sha256 }));
  const parcel = await parsedParcel(await text(job.parcel));
  const { title, evoke, digest } = parcel;
  if (evoke !== VERSION) throw parcelInvalid(`${title} comes from Evoke ${evoke}, and this is ${VERSION}`);
  if (digest !== job.digest) throw parcelInvalid(`${title} has the digest ${digest}, and its job ${job.digest}`);
  const tree = parsedTree(await text(parcel.tree.sha256));
  if (!trust) checkTrust(parcel, tree);
  const root = await unpacked(cache, job.call, parcel.tree.sha256, tree);
  const tables: Record<string, string> = {};
  for (const [name, content] of Object.entries(parcel.tables)) tables[name] = await cache.file(job.call, content);
  const given = tree.files.filter(({ use }) => use === "command").map(({ path }) => join(root, path));
  return {
    parcel,
    source: {
      file: join(root, tree.folder, "manifest.json"),
      changes: [],
      inline: { title, text: parcel.manifest },
      sent: { kind: parcel.kind, tables, trusted: trust, ...(workdir !== undefined && { workdir: { folder: workdir, files: given } }) },
    },
  };
}

/** Before anything is fetched; when it is read and composed, what would be run is refused again, whatever the parcel says of it. */
function checkTrust({ title, command, manifest }: Parcel, { files }: ParcelTree): void {
  const { plugins } = JSON.parse(manifest) as { readonly plugins?: unknown };
  const code = files.find(({ use }) => use === "code");
  if (Array.isArray(plugins) && plugins.length > 0) throw parcelUntrusted(title, `the plugins of ${plugins.join(", ")}`);
  if (code) throw parcelUntrusted(title, `the code of ${code.path}`);
  if (command) throw parcelUntrusted(title, "a program that its manifest names");
}

async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error) => {
    throw cannotReadFile(file, "what was sent,", error);
  });
}

/** Folders that this process has looked through, or is looking through. */
const whole = new Map<string, Promise<void>>();

/** @returns the root */
async function unpacked(cache: ContentCache, call: string, sha256: string, tree: ParcelTree): Promise<string> {
  const own = PACKAGE_FOLDER.replace(/[\\/]$/, "");
  try {
    await mkdir(join(cache.home, "parcels"), { recursive: true });
    const parcels = await realpath(join(cache.home, "parcels")); // modules are where no link leads
    const folder = join(parcels, digestOf([sha256, own]).slice(0, 32));
    await cached(whole, folder, () => unpackOnce(cache, call, folder, tree, own));
    return join(folder, "root");
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall ? contentUnwritable(cache.home, error as Error) : error;
  }
}

async function unpackOnce(cache: ContentCache, call: string, folder: string, tree: ParcelTree, own: string): Promise<void> {
  if (await isWhole(folder, tree)) return;
  await removeStale(dirname(folder));
  const beside = besides(folder);
  try {
    await fill(cache, call, beside, tree, own);
    await put(beside, folder, tree);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function fill(
  cache: ContentCache,
  call: string,
  folder: string,
  { files, links, folder: manifests }: ParcelTree,
  own: string,
): Promise<void> {
  const root = join(folder, "root");
  await mkdir(join(root, manifests), { recursive: true });
  await mkdir(join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), "{}");
  await symlink(own, join(folder, "node_modules", "evoke-nas"), "junction");
  await eachOf(files, AT_ONCE, async (file) => {
    const to = join(root, file.path);
    await mkdir(dirname(to), { recursive: true });
    await place(await cache.file(call, file), to, file);
  });
  for (const { path, to } of links) {
    const at = join(root, path);
    await mkdir(dirname(at), { recursive: true });
    await symlink(relative(dirname(at), join(root, to)), at);
  }
}

/** Data is linked to, since it may be large. What lies in a folder in which programs run gets bytes of its own, so that nothing else changes with it. */
async function place(from: string, to: string, { use, executable }: ParcelFile): Promise<void> {
  if (use === "data") {
    const linked = await link(from, to).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOSPC" || error.code === "EEXIST") throw error;
        return false; // another file system, or one that has no links
      },
    );
    if (linked) return;
  }
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await chmod(to, executable ? 0o755 : 0o644);
}

/** Puts a folder into its place. What is there is that of another process, or was damaged. */
async function put(beside: string, folder: string, tree: ParcelTree): Promise<void> {
  for (;;) {
    try {
      return await rename(beside, folder);
    } catch (error) {
      if (!["ENOTEMPTY", "EEXIST", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
      if (await isWhole(folder, tree)) return;
      const damaged = besides(folder);
      await rename(folder, damaged).catch(() => {}); // another process has done so
      await rm(damaged, { recursive: true, force: true });
    }
  }
}

/** Whether all files and links are there, and as they were sent. */
async function isWhole(folder: string, { files, links }: ParcelTree): Promise<boolean> {
  const root = join(folder, "root");
  if (!(await stat(root).catch(() => undefined))) return false;
  let right = true;
  await eachOf(files, AT_ONCE, async ({ path, sha256 }) => {
    right &&= (await fileContent(join(root, path)).catch(() => undefined))?.sha256 === sha256;
  });
  for (const { path, to } of links)
    right &&= (await readlink(join(root, path)).catch(() => "")) === relative(dirname(join(root, path)), join(root, to));
  return right;
}
