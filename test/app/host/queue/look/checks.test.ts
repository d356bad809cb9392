/** Whether a queue can be used, as evoke doctor --queue says it. @module */
import { Redis } from "ioredis";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { queueAddress } from "../../../../../app/host/queue/address.ts";
import { diagnoseQueue } from "../../../../../app/host/queue/look/checks.ts";
import { whyUnreachable } from "../../../../../app/host/queue/unreachable.ts";
import { hasRedis, REDIS_ABSENT, redisFor } from "../../../../redis.ts";
import { when } from "../../../../when.ts";

const withRedis = when(test, hasRedis, REDIS_ABSENT);
const redis = redisFor(test, { append: true });

/** What each check found, by its name; those that failed are marked. */
async function checked(url: string): Promise<{ usable: boolean; found: Record<string, string> }> {
  const { usable, checks } = await diagnoseQueue(queueAddress(url, {}));
  const found = checks.map(({ check, passed, detail }) => [check, `${passed === false ? "✘ " : ""}${detail}`]);
  return { usable, found: Object.fromEntries(found) };
}

async function configured(act: (admin: Redis) => Promise<void>): Promise<void> {
  const admin = new Redis(redis.url);
  try {
    await act(admin);
  } finally {
    admin.disconnect();
  }
}

withRedis("a server that has all that is needed can be used, and nothing is left there", async () => {
  const { usable, found } = await checked(redis.url);
  assert.ok(usable, JSON.stringify(found));
  assert.match(found.server!, /^answers in [\d.]+ ms$/);
  assert.match(found.version!, /^(Redis|Valkey) \d/);
  assert.match(found["after a restart"]!, /has everything again/);
  assert.match(found.jobs!, /^handed out and done/);
  assert.match(found.messages!, /^heard after/);
  assert.match(found.content!, /^[\d.]+ MB\/s there and back$/);
  assert.match(found.workers!, /^none yet of version/);
  await configured(async (admin) => {
    assert.equal(await admin.keys("*"), []);
  });
});

withRedis("a server that removes keys when memory is short cannot be used", () =>
  configured(async (admin) => {
    await admin.config("SET", "maxmemory-policy", "allkeys-lru");
    try {
      const { usable, found } = await checked(redis.url);
      assert.not.ok(usable);
      assert.match(found.eviction!, /^✘ .*allkeys-lru.*maxmemory-policy to noeviction/);
    } finally {
      await admin.config("SET", "maxmemory-policy", "noeviction");
    }
  }),
);

withRedis("a server that has no room for content says so", () =>
  configured(async (admin) => {
    await admin.config("SET", "maxmemory", "1");
    try {
      const { usable, found } = await checked(redis.url);
      assert.not.ok(usable);
      assert.match(found.content!, /^✘ OOM/);
    } finally {
      await admin.config("SET", "maxmemory", "0");
    }
  }),
);

withRedis("the rights of the guide are enough for a user, and what others may not do is named", () =>
  configured(async (admin) => {
    await admin.acl("SETUSER", "evoke", "on", ">secret", "~evoke:*", "&evoke:*", "+@all", "-@dangerous", "-@admin", "+info");
    await admin.acl("SETUSER", "mute", "on", ">secret", "~evoke:*", "+@all", "-@dangerous", "-@admin", "-@pubsub", "+info");
    const as = (user: string) => checked(redis.url.replace("redis://", `redis://${user}:secret@`));
    const allowed = await as("evoke");
    assert.ok(allowed.usable, JSON.stringify(allowed.found));
    const mute = await as("mute");
    assert.not.ok(mute.usable);
    assert.match(mute.found.messages!, /^✘ NOPERM.*'subscribe'.*many-machines\.md$/);
    const other = await checked(`${redis.url.replace("redis://", "redis://evoke:secret@")}?prefix=other`);
    assert.match(other.found.jobs!, /^✘ .*(NOPERM|No permissions)/i);
    const stranger = await as("stranger");
    assert.match(stranger.found.server!, /^✘ it knows no such user and password/);
    assert.not.ok(JSON.stringify(stranger).includes("secret"));
  }),
);

test("whatever keeps a server from being reached is said with what to do", async () => {
  const address = queueAddress("redis://box:1234", {});
  const why = (said: string, of = address) => whyUnreachable(of, `${said}.\n  And so on.`);
  assert.is(why("getaddrinfo ENOTFOUND box"), "no such host is known here: check its name (getaddrinfo ENOTFOUND box)");
  assert.match(why("connect ECONNREFUSED 10.0.0.1:1234"), /^nothing listens there/);
  assert.match(why("it does not answer"), /^no answer: a firewall/);
  assert.match(why("it does not answer", queueAddress("rediss://box", {})), /^no answer: it may speak no TLS/);
  assert.match(why("NOAUTH Authentication required"), /EVOKE_QUEUE_PASSWORD/);
  assert.match(why("self-signed certificate in certificate chain"), /NODE_EXTRA_CA_CERTS/);
  assert.is(why("something else"), "something else");
});

test.run();
