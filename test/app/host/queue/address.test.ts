/** Addresses of queues, in which there may be a password. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { queueAddress } from "../../../../app/host/queue/address.ts";
import type { EvokeError } from "../../../../core/errors/index.ts";

test("user and password come by the URL, or by the environment, and are not shown", () => {
  const environment = { EVOKE_QUEUE_USERNAME: "nas", EVOKE_QUEUE_PASSWORD: "secret" };
  const byEnvironment = queueAddress("rediss://box/3?prefix=mine", environment);
  const { shown, ...parts } = byEnvironment;
  assert.is(shown, "rediss://box:6379/3?prefix=mine");
  assert.equal(parts, { host: "box", port: 6379, database: 3, tls: true, prefix: "mine", username: "nas", password: "secret" });
  const byUrl = queueAddress("redis://u:100%25@[::1]:1234", environment);
  assert.equal([byUrl.host, byUrl.username, byUrl.password, byUrl.shown], ["::1", "u", "100%", "redis://[::1]:1234/0"]);
});

test("what is no address is refused, and nothing of it that may be a password is shown", () => {
  for (const [url, problem] of [
    ["secret", /it is no URL/],
    ["http://u:secret@box", /begins with http:/],
    ["redis://u:secret@box:99999", /it is no URL/],
    ["redis://u:secret@box/nine", /nine is no number/],
    ["redis://u:secret@box?db=1", /\?db/],
    ["redis://u:secret@box?prefix=a:b", /its prefix/],
    ["redis://u:secret%@box", /its password has a % .*%25.*EVOKE_QUEUE_PASSWORD/],
    ["redis://u%zz:secret@box", /its user has a % .*EVOKE_QUEUE_USERNAME/],
  ] as const) {
    try {
      queueAddress(url, {});
      assert.unreachable(url);
    } catch (error) {
      assert.is((error as EvokeError).code, "QUEUE_ADDRESS_INVALID", url);
      assert.match((error as Error).message, problem);
      assert.not.match((error as Error).message, "secret");
    }
  }
});

test.run();
