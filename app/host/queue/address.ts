/** Where a queue is: a URL of Redis or Valkey, with what must not be shown or kept. @module */
import process from "node:process";
import { queueAddressInvalid } from "../../../core/errors/index.ts";

/** Whoever has these can read and change what is in the queue, so they can come by the environment. */
const USERNAME = "EVOKE_QUEUE_USERNAME";
const PASSWORD = "EVOKE_QUEUE_PASSWORD";
const DEFAULT_PREFIX = "evoke";
const FORM = "redis://HOST[:PORT][/DB], or rediss:// for TLS";

export interface QueueAddress {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  /** Of all keys. */
  readonly prefix: string;
  /** For people: without user and password. */
  readonly shown: string;
}

/**
 * Reads redis://[USER:PASSWORD@]HOST[:PORT][/DB][?prefix=NAME], or rediss:// for TLS. User and password come from the
 * environment where the URL has none.
 * @throws EvokeError QUEUE_ADDRESS_INVALID
 */
export function queueAddress(text: string, environment: NodeJS.ProcessEnv = process.env): QueueAddress {
  // Nothing of the text is shown: where it is no URL, nobody can tell where a password begins.
  if (!URL.canParse(text)) throw queueAddressInvalid(`it is no URL. It has the form ${FORM}`);
  const url = new URL(text);
  if (url.protocol !== "redis:" && url.protocol !== "rediss:")
    throw queueAddressInvalid(`it begins with ${url.protocol}//, and not with redis:// or rediss://`);
  if (url.hostname === "") throw queueAddressInvalid(`it names no host. It has the form ${FORM}`);
  const database = /^\/?$/.test(url.pathname) ? 0 : Number(/^\/(\d{1,5})$/.exec(url.pathname)?.[1]);
  if (Number.isNaN(database)) throw queueAddressInvalid(`${url.pathname.slice(1)} is no number of a database`);
  const unknown = [...url.searchParams.keys()].find((key) => key !== "prefix");
  if (unknown !== undefined) throw queueAddressInvalid(`it has ?${unknown}, and may have only ?prefix=NAME`);
  const prefix = url.searchParams.get("prefix") ?? DEFAULT_PREFIX;
  if (!/^[\w.-]{1,64}$/.test(prefix)) throw queueAddressInvalid("its prefix may have letters, digits, dots, _ and -, at most 64 of them");
  const username = url.username === "" ? environment[USERNAME] : decoded(url.username, "user");
  const password = url.password === "" ? environment[PASSWORD] : decoded(url.password, "password");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? 6379 : Number(url.port);
  const tls = url.protocol === "rediss:";
  return {
    ...{ host, port, database, tls, prefix },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    shown: `${url.protocol}//${url.hostname}:${port}/${database}${prefix === DEFAULT_PREFIX ? "" : `?prefix=${prefix}`}`,
  };
}

function decoded(part: string, what: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw queueAddressInvalid(
      `its ${what} has a % that is no part of %XX. Write %25 for it, or give the ${what} in ${what === "user" ? USERNAME : PASSWORD}`,
    );
  }
}
