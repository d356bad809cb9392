import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Place, Slots } from "../../../../app/host/processes/slots.ts";

const never = new AbortController().signal;
const GPUS = [{ GPU: "0" }, { GPU: "1" }];

/** Claims places one after the other. @returns those that were given so far, by the order of the claims */
function claims(slots: Slots, ...wanted: readonly Parameters<Slots["claim"]>[0][]): (Place | undefined)[] {
  const given: (Place | undefined)[] = wanted.map(() => undefined);
  for (const [i, one] of wanted.entries()) void slots.claim(one, never).then((place) => (given[i] = place));
  return given;
}
const settled = () => new Promise((resolve) => setTimeout(resolve));
const names = (given: readonly (Place | undefined)[]) => given.map((place) => place?.variables.EVOKE_SLOT);

test("each slot is given to one at a time, to the first who waits first", async () => {
  const one = { slots: GPUS, perSlot: 1 };
  const given = claims(new Slots(), one, one, one, one);
  await settled();
  assert.equal(names(given), ["0", "1", undefined, undefined]);
  given[1]!.free();
  await settled();
  assert.equal(names(given), ["0", "1", "1", undefined]);
  given[0]!.free();
  await settled();
  assert.equal(names(given), ["0", "1", "1", "0"]);
});

test("a slot that takes two is given twice, and those with the fewest first", async () => {
  const two = { slots: GPUS, perSlot: 2 };
  const given = claims(new Slots(), two, two, two, two, two);
  await settled();
  assert.equal(names(given), ["0", "1", "0", "1", undefined]);
});

test("what has the same variables is the same slot, whatever its place in the list", async () => {
  const given = claims(new Slots(), { slots: GPUS, perSlot: 1 }, { slots: [{ GPU: "1" }, { GPU: "0" }], perSlot: 1 });
  await settled();
  assert.equal(given[1]!.variables, { EVOKE_SLOT: "0", GPU: "1" });
  const same = claims(new Slots(), { slots: [{ A: "1", B: "2" }], perSlot: 1 }, { slots: [{ B: "2", A: "1" }], perSlot: 1 });
  await settled();
  assert.equal(names(same), ["0", undefined]);
});

test("nobody has more in the slot than who allows the fewest", async () => {
  const [alone, two] = [1, 2].map((perSlot) => ({ slots: [{ GPU: "0" }], perSlot }));
  const first = claims(new Slots(), alone!, two!);
  const second = claims(new Slots(), two!, alone!, two!);
  await settled();
  assert.equal(names(first), ["0", undefined]);
  assert.equal(names(second), ["0", undefined, "0"]);
});

test("slots without names are numbered, and as many as there are; without a number, there is always one", async () => {
  const slots = new Slots();
  const given = claims(
    slots,
    { slots: 2, perSlot: 1 },
    { slots: 2, perSlot: 1 },
    { slots: 2, perSlot: 1 },
    { slots: undefined, perSlot: 1 },
  );
  await settled();
  assert.equal(names(given), ["0", "1", undefined, "2"]);
  given[0]!.free();
  given[3]!.free();
  const more = claims(slots, { slots: undefined, perSlot: 1 });
  await settled();
  assert.equal(names([...given, ...more]), ["0", "1", "0", "2", "2"]);
});

test("who waits no longer is passed over", async () => {
  const slots = new Slots();
  const abort = new AbortController();
  const one = { slots: 1, perSlot: 1 };
  const place = await slots.claim(one, never);
  const gone = slots.claim(one, abort.signal);
  const [next] = [slots.claim(one, never)];
  abort.abort(new Error("not wanted any more"));
  await gone.then(
    () => assert.unreachable(),
    ({ message }) => assert.is(message, "not wanted any more"),
  );
  place.free();
  assert.is((await next!).variables.EVOKE_SLOT, "0");
});

test.run();
