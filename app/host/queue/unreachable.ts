/** Why a server cannot be reached, and what to do about it. @module */
import type { QueueAddress } from "./address.ts";

const SILENT = /ETIMEDOUT|does not answer/;
/** What is said by Node, by TLS or by the server, and what it means mostly. */
const MEANINGS: readonly (readonly [said: RegExp, meaning: string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, "no such host is known here: check its name"],
  [
    /ECONNREFUSED/,
    "nothing listens there: check the port, and that the server runs and listens at that address (its options bind and protected-mode)",
  ],
  [/EHOSTUNREACH|ENETUNREACH/, "there is no way to that host: check the network"],
  [SILENT, "no answer: a firewall may drop what is sent to that port"],
  [
    /WRONGPASS|invalid password|invalid username/,
    "it knows no such user and password: check EVOKE_QUEUE_USERNAME and EVOKE_QUEUE_PASSWORD",
  ],
  [/NOAUTH|without any password configured/, "it asks for a password: set EVOKE_QUEUE_PASSWORD"],
  [/NOPERM/, 'its user may not do that: see "Who may use a queue" in docs/guide/many-machines.md'],
  [/DENIED.*protected mode/s, "it is in protected mode, which lets in only its own machine: give it a password"],
  [
    /SELF_SIGNED|self.signed|UNABLE_TO_VERIFY|unable to (verify|get)|issuer/i,
    "its certificate is of an authority that is not known here: name its file in NODE_EXTRA_CA_CERTS",
  ],
  [/certificate has expired|CERT_HAS_EXPIRED/, "its certificate has expired"],
  [/altnames|ALTNAME/i, "its certificate is for another host name: use that one"],
  [
    /wrong version number|packet length|EPROTO|disconnected before secure/i,
    "it speaks no TLS at that port: use redis://, or its port for TLS",
  ],
  [/ECONNRESET|Connection is closed|Protocol error/, "it closes the connection: it may want TLS (rediss://), or be no Redis"],
];

/** @param said  the message of what went wrong */
export function whyUnreachable({ tls }: QueueAddress, said: string): string {
  const problem = said.trim().split("\n")[0]!.replace(/\.$/, "");
  if (tls && SILENT.test(problem))
    return `no answer: it may speak no TLS at that port, or a firewall drops what is sent there (${problem})`;
  const [, meaning] = MEANINGS.find(([pattern]) => pattern.test(problem)) ?? [];
  return meaning === undefined ? problem : `${meaning} (${problem})`;
}
