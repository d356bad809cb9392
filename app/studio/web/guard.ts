/**
 * Who is answered. A studio at a loopback address answers this machine alone, and pages of its own: a name that somebody's
 * DNS points here is no name of it, and another site's script gets nothing. Bound elsewhere it wants a token as well,
 * which is the first part of every path.
 *
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { hostname } from "node:os";

/** Of every answer. A page may load nothing from elsewhere, run no script but its own, and stand in no other page. */
export const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** Of pictures, which may be opened by themselves. */
export const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/** True of an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host) || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** 192 bits, in letters that need no escaping. */
export function newToken(): string {
  return randomBytes(24).toString("base64url");
}

/** What of a request is looked at. */
export interface Asked {
  readonly method: string;
  header(name: string): string | undefined;
}

export class Guard {
  readonly #names: ReadonlySet<string>;
  readonly #local: boolean;
  readonly #token: string | undefined;

  /**
   * @param host  that it is bound to
   * @param token  left out at a loopback address
   */
  constructor(host: string, token: string | undefined) {
    this.#local = isLoopback(host);
    this.#names = new Set([...LOOPBACK, host.toLowerCase(), ...(this.#local ? [] : [hostname().toLowerCase()])]);
    this.#token = token;
  }

  /** Why a request is not answered, and the status that says so; undefined if it is. */
  refuses({ method, header }: Asked): { readonly status: 403 | 405; readonly message: string } | undefined {
    if (method !== "GET" && method !== "HEAD") return { status: 405, message: "Cannot do that: the studio only shows. Use GET." };
    const host = header("host") ?? "";
    if (!this.#knows(host))
      return {
        status: 403,
        message: "Cannot answer for that host: it is none of this studio's. Use the address that evoke studio has printed.",
      };
    const origin = header("origin");
    if (origin !== undefined && origin !== `http://${host}`) return FOREIGN;
    const site = header("sec-fetch-site");
    const opened = header("sec-fetch-mode") === "navigate" && header("sec-fetch-dest") === "document"; // a link to the page is none of its scripts
    return (site === "cross-site" || site === "same-site") && !opened ? FOREIGN : undefined;
  }

  /** The path below the token, from its first slash on; undefined where the token is not there. */
  below(path: string): string | undefined {
    if (this.#token === undefined) return path;
    const end = path.indexOf("/", 1);
    if (end < 0 || !same(path.slice(1, end), this.#token)) return undefined;
    return path.slice(end);
  }

  /** A number as a host is no name that a DNS could have pointed here. */
  #knows(header: string): boolean {
    const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header) ?? [];
    const name = (bracketed ?? plain)?.toLowerCase();
    if (name === undefined) return false;
    return this.#names.has(name) || (!this.#local && isIP(name) !== 0);
  }
}

const FOREIGN = { status: 403, message: "Cannot answer another site's page." } as const;

/** Takes as long whatever is in common. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
