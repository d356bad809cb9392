/**
 * What a worker has of calls, by content: files in the folder `content` of Evoke's home, each named by its SHA-256. What is not
 * there is asked for. A file is there as a whole or not at all; processes that fetch the same at once do so twice.
 *
 * A file is read through, and compared with its name, when a process first uses it, and when its size or its time is another one
 * since: a damaged one is fetched again.
 *
 * @module
 */
import { type FileHandle, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cannotReadFile, contentUnwritable, parcelInvalid } from "../../../../core/errors/index.ts";
import { homeFolder } from "../../../../training/home-folder.ts";
import { besides } from "../../../../training/kept-file.ts";
import { fileContent, renameContent } from "./file-content.ts";
import { RANGE, type Ranges } from "./ranges.ts";
import { MOST_BYTES } from "./tree.ts";

/** What was begun by a process that was killed is removed after so many milliseconds. */
const STALE = 24 * 60 * 60 * 1000;
/** Ranges of one file that are asked for at a time. */
const AHEAD = 4;

/** Removes what others have begun in a folder and not finished. */
export async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith(".new")) continue;
    const path = join(folder, name);
    const { mtimeMs = Date.now() } = await stat(path).catch(() => ({}) as { mtimeMs?: number });
    if (Date.now() - mtimeMs > STALE) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

export class ContentCache {
  /** In which the folders `content` and `parcels` are. */
  readonly home: string;
  readonly #ranges: Ranges;
  readonly #fetching = new Map<string, { readonly call: string; readonly file: Promise<string> }>();

  /** @param ranges  what asks for them */
  constructor(ranges: Ranges, home = homeFolder()) {
    this.#ranges = ranges;
    this.home = home;
  }

  /**
   * The file of some content; it is not to be written to.
   * @param call  who has it
   * @param bytes  how many it has; left out where that is not known: a text, then, that is not too large to be read at once
   * @throws EvokeError PARCEL_MISSING, PARCEL_INVALID; CANNOT_WRITE if the disk is full, or may not be written to
   */
  async file(call: string, { sha256, bytes }: { readonly sha256: string; readonly bytes?: number }): Promise<string> {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw parcelInvalid("one of its digests is none");
    for (let other = this.#fetching.get(sha256); other; other = this.#fetching.get(sha256)) {
      if (other.call === call) return other.file;
      const found = await other.file.catch(() => undefined); // that call may be gone, and this one not
      if (found !== undefined) return found;
    }
    const file = this.#file(call, sha256, bytes).finally(() => this.#fetching.delete(sha256));
    this.#fetching.set(sha256, { call, file });
    return file;
  }

  async #file(call: string, sha256: string, bytes: number | undefined): Promise<string> {
    const file = join(this.home, "content", sha256.slice(0, 2), sha256);
    const there = await fileContent(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw cannotReadFile(file, "what was sent before,", error);
    });
    if (there?.sha256 === sha256) return file;
    await removeStale(dirname(file));
    await this.#fetch(call, sha256, bytes, file);
    return file;
  }

  async #fetch(call: string, sha256: string, expected: number | undefined, file: string): Promise<void> {
    const beside = besides(file);
    try {
      await mkdir(dirname(file), { recursive: true });
      const handle = await open(beside, "wx", 0o444);
      try {
        await this.#write(call, sha256, expected, handle);
        await handle.sync();
      } finally {
        await handle.close();
      }
      if ((await fileContent(beside)).sha256 !== sha256)
        throw parcelInvalid(`content ${sha256.slice(0, 12)} has another digest than it is said to have`);
      await renameContent(beside, file);
    } catch (error) {
      await rm(beside, { force: true }).catch(() => {});
      throw (error as NodeJS.ErrnoException).code && (error as NodeJS.ErrnoException).syscall
        ? contentUnwritable(this.home, error as Error)
        : error;
    }
  }

  /** Writes all ranges, as they come. */
  async #write(call: string, sha256: string, expected: number | undefined, handle: FileHandle): Promise<void> {
    if (expected === 0) return;
    const one = async (from: number) => {
      const range = await this.#ranges.range(call, sha256, from);
      const total = expected ?? range.total;
      if (range.total !== total || range.bytes.length !== Math.min(RANGE, total - from))
        throw parcelInvalid(`content ${sha256.slice(0, 12)} has another size than it is said to have`);
      if (expected === undefined && total > MOST_BYTES) throw parcelInvalid(`it has ${total} bytes, and ${MOST_BYTES} is the most`);
      // Where a disk becomes full, a part is written, and the next write says so.
      for (let done = 0; done < range.bytes.length; )
        done += (await handle.write(range.bytes, done, range.bytes.length - done, from + done)).bytesWritten;
      return total;
    };
    const total = await one(0);
    let next = RANGE;
    const keepWriting = async () => {
      while (next < total) {
        const from = next;
        next += RANGE;
        await one(from);
      }
    };
    await Promise.all(Array.from({ length: AHEAD }, keepWriting));
  }
}
