/** Connections to a real server: what they may do there, and what they hear. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { queueAddress } from "../../../../app/host/queue/address.ts";
import { QueueConnection } from "../../../../app/host/queue/connection.ts";
import type { EvokeError } from "../../../../core/errors/index.ts";
import { hasRedis, REDIS_ABSENT, redisFor } from "../../../redis.ts";
import { when } from "../../../when.ts";

const withRedis = when(test, hasRedis, REDIS_ABSENT);
const redis = redisFor(test);

async function opened(url: string, use: (connection: QueueConnection) => Promise<void>, what: "to look" | "for work" = "for work") {
  const connection = await QueueConnection.open(queueAddress(url, {}), () => {}, what);
  await use(connection).finally(() => connection.close());
}

withRedis("what is no message is passed over", () =>
  opened(redis.url, async (connection) => {
    const heard: object[] = [];
    await connection.hear("c", (message) => heard.push(message));
    for (const text of ["", "{", "null", "3", '{"done":["a"]}']) await connection.redis.publish("c", text);
    while (heard.length === 0) await connection.redis.ping();
    assert.equal(heard, [{ done: ["a"] }]);
  }),
);

withRedis("whoever may not do what work needs is told so at once, and may look", () =>
  opened(redis.url, async ({ redis: admin }) => {
    const all = ["on", ">secret", "~evoke:*", "&evoke:*", "+@all"];
    await admin.acl("SETUSER", "full", ...all);
    await admin.acl("SETUSER", "mute", ...all, "resetchannels");
    await admin.acl("SETUSER", "reader", ...all, "-@write");
    await admin.acl("SETUSER", "scriptless", ...all, "-eval");
    const as = (user: string, prefix = "evoke") => `${redis.url.replace("//", `//${user}:secret@`)}?prefix=${prefix}`;
    await opened(as("full"), async () => {});
    for (const url of [as("mute"), as("reader"), as("scriptless"), as("full", "other")]) {
      await opened(url, async () => {}, "to look");
      const error = await opened(url, async () => {}).then(
        () => assert.unreachable(url),
        (thrown: EvokeError) => thrown,
      );
      assert.is((error as EvokeError).code, "QUEUE_UNREACHABLE");
      assert.match((error as EvokeError).message, /permission|can't run this command/);
      assert.not.match((error as EvokeError).message, "secret");
    }
  }),
);

test.run();
