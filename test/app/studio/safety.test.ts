/** Who is answered by the studio, and with what. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Overview } from "../../../app/studio/api.ts";
import { Guard } from "../../../app/studio/web/guard.ts";
import { makeStore } from "../../support/made-up-store.ts";
import { scratchFolder, TestStudio } from "./opened.ts";

const out = scratchFolder(test);
await makeStore(out, { name: "made-up", cells: 2, seeds: 3 });
const studio = await TestStudio.open(test, out);
const { port } = studio.opened;

test("a host that is none of the studio's is refused, as a name is that somebody's DNS points here", async () => {
  for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.7"]) {
    const { status, body } = await studio.ask("/api/overview", { headers: { host } });
    assert.ok(status === 403 || status === 400, `${host}: ${status}`);
    assert.not.match(body, "made-up");
  }
  for (const host of ["localhost", `localhost:${port}`, "127.0.0.1:9999", "[::1]:1", "LOCALHOST"])
    assert.is((await studio.ask("/api/overview", { headers: { host } })).status, 200, host);
});

test("another site's page gets nothing, and is told of nothing by headers", async () => {
  const foreign = [
    { origin: "http://evil.example" },
    { origin: "null" },
    { origin: `https://127.0.0.1:${port}` },
    { origin: `http://localhost:${port}` },
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" },
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
  ];
  for (const headers of foreign) {
    const answer = await studio.ask("/api/overview", { headers });
    assert.is(answer.status, 403, JSON.stringify(headers));
    assert.not.match(answer.body, "made-up");
    assert.is(answer.headers["access-control-allow-origin"], undefined);
  }
  const own = { origin: `http://127.0.0.1:${port}`, "sec-fetch-site": "same-origin" };
  assert.is((await studio.ask("/api/overview", { headers: own })).status, 200);
  const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  assert.is((await studio.ask("/", { headers: link })).status, 200, "a link to the page is none of its scripts");
});

test("it only shows: no other method than GET and HEAD is answered", async () => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
    for (const path of ["/", "/api/overview", "/api/matrix?matrix=made-up"]) {
      const { status, headers } = await studio.ask(path, { method });
      assert.is(status, 405, `${method} ${path}`);
      assert.is(headers.allow, "GET, HEAD");
    }
  const head = await studio.ask("/api/overview", { method: "HEAD" });
  assert.equal([head.status, head.body], [200, ""]);
});

test("no path of a request reaches a file", async () => {
  const tricks = [
    ...["/../package.json", "/..%2fpackage.json", "/%2e%2e/%2e%2e/etc/passwd", "/....//etc/passwd", "//etc/passwd", "/etc/passwd"],
    ...[
      "/studio.js/../../package.json",
      "/studio.js%00.txt",
      "/%00",
      "/%",
      "/%zz",
      "/%c0%ae%c0%ae/",
      "/studio%2ejs",
      "/\\..\\package.json",
    ],
    ...["/runs.sqlite", "/made-up/matrix.json", "/api/../api", "/api", "/api/", "/API/overview", "/api/overview/", "/.git/config"],
    `/${"a".repeat(8_000)}`,
  ];
  for (const path of tricks) {
    const { status, body } = await studio.ask(path);
    assert.ok(status === 404 || status === 400, `${path.slice(0, 60)}: ${status}`);
    assert.not.match(body, /root:|"name"|SQLite/);
  }
  assert.is((await studio.ask(`/${"a".repeat(100_000)}`)).status, 431);
  const files = ["../made-up", "made-up/../made-up", "/etc", "made-up\0", "%2e%2e"];
  for (const matrix of files) assert.is((await studio.ask(`/api/matrix?${new URLSearchParams({ matrix })}`)).status, 404, matrix);
});

test("a parameter that is wrong is told with status 400, and one of nothing with 404", async () => {
  const status = async (path: string) => (await studio.ask(`/api/${path}`)).status;
  const cell = "matrix=made-up&cell=base";
  assert.is(await status("matrix"), 400);
  assert.is(await status(`cell?matrix=made-up&cell=none`), 404);
  assert.is(await status("cell?matrix=__proto__&cell=constructor"), 404);
  for (const wrong of ["seed=0", "seed=4", "seed=1.5", "seed=1e0", "seed=x", "seed=", "seed=99999999999999999999", ""])
    assert.is(await status(`run?${cell}&${wrong}`), 400, wrong);
  for (const wrong of ["limit=0", "limit=501", "offset=-1", "sort=rowid", "sort=score;drop", "order=up", "state=gone"])
    assert.is(await status(`runs?${cell}&${wrong}`), 400, wrong);
  assert.is(await status(`trials?${cell}&seed=1&text=${"a".repeat(10_001)}`), 400);
  assert.is(await status(`drawing?${cell}&architecture=%3Cscript%3E`), 404);
  assert.is(await status(`runs?${cell}&sort=score&order=descending&limit=500`), 200);
});

test("every answer says what a page may load, and that nobody may frame or sniff it", async () => {
  const svg =
    "/api/drawing?matrix=made-up&cell=base&architecture=%7Cnone~0%7C%2B%7Cnone~0%7Cnone~1%7C%2B%7Cnone~0%7Cnone~1%7Cnor_conv_3x3~2%7C";
  for (const path of ["/", "/vega.js", "/api/overview", "/nothing", "/api/run", svg]) {
    const { headers } = await studio.ask(path);
    const policy = String(headers["content-security-policy"]);
    assert.match(policy, "default-src 'none'", path);
    assert.match(policy, "frame-ancestors 'none'", path);
    assert.not.match(policy, /unsafe-eval|\*|https?:/);
    assert.is(headers["x-content-type-options"], "nosniff", path);
    assert.is(headers["referrer-policy"], "no-referrer", path);
    assert.is(headers["access-control-allow-origin"], undefined, path);
  }
  const page = await studio.ask("/");
  assert.not.match(page.body, /https?:|<script>|<style|\sstyle=|\son[a-z]+=/, "nothing inline, nothing from elsewhere");
  assert.match(String((await studio.ask(svg)).headers["content-security-policy"]), "sandbox");
});

test("assets are sent again only after they have changed", async () => {
  const first = await studio.ask("/vega.js");
  assert.is(first.status, 200);
  const again = await studio.ask("/vega.js", { headers: { "if-none-match": String(first.headers.etag) } });
  assert.equal([again.status, again.body], [304, ""]);
});

const elsewhere = await TestStudio.open(test, out, "0.0.0.0");

test("bound elsewhere than to this machine alone, nothing is answered without the token of the URL", async () => {
  const token = new URL(elsewhere.opened.url).pathname;
  assert.match(token, /^\/[\w-]{32}\/$/);
  const local = { headers: { host: `localhost:${elsewhere.opened.port}` } };
  const status = async (path: string) => (await elsewhere.ask(path, local)).status;
  for (const path of [
    "/",
    "/api/overview",
    "/vega.js",
    "/api/events",
    `/${"A".repeat(32)}/api/overview`,
    token.slice(0, -1),
    `${token.slice(0, -2)}/api/overview`,
  ])
    assert.is(await status(path), 404, path);
  assert.is(await status(`${token}api/overview`), 200);
  assert.is(await status(token), 200);
  assert.is(
    elsewhere.said.some((line) => line.includes(token)),
    false,
    "it is in no line of the log",
  );
});

test("bound elsewhere, addresses in numbers are answered, which no DNS can have pointed here, and other names are not", () => {
  const guard = new Guard("0.0.0.0", "token");
  const refuses = (host: string) => guard.refuses({ method: "GET", header: (name) => (name === "host" ? host : undefined) }) !== undefined;
  for (const host of ["192.168.1.5:8642", "[fe80::1]:8642", "localhost"]) assert.is(refuses(host), false, host);
  for (const host of ["evil.example:8642", "192.168.1.5.evil.example", "evil example", "user@localhost", "localhost:1:2"])
    assert.is(refuses(host), true, host);
});

test("names from results are data: in JSON, and nowhere in a page", async () => {
  const hostile = scratchFolder(test);
  const name = "</script><img src=x onerror=alert(1)>";
  await makeStore(hostile, { name: "nasty", cells: 1, seeds: 1 });
  const { readFileSync, writeFileSync } = await import("node:fs");
  const file = join(hostile, "nasty", "matrix.json");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll('"base"', JSON.stringify(name)).replace('"nasty"', '"nasty\\u001b[31m"'));
  const other = await TestStudio.open(test, hostile);
  const { stores } = await other.until<Overview>("api/overview", {}, (overview) => overview.stores[0]!.matrices[0]?.best !== undefined);
  assert.is(stores[0]!.matrices[0]!.best!.cell, name);
  assert.match(String((await other.ask("/api/overview")).headers["content-type"]), "application/json");
  assert.is((await other.ask(`/api/cell?${new URLSearchParams({ matrix: "nasty", cell: name })}`)).status, 200);
  assert.ok(existsSync(file));
});

test.run();
