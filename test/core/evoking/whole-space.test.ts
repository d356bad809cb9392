import { test } from "uvu";
import * as assert from "uvu/assert";
import { ACQUISITIONS } from "../../../core/evoking/acquisition.ts";
import { Observations } from "../../../core/evoking/observations.ts";
import { groupsOf, WholeSpace } from "../../../core/evoking/whole-space.ts";
import { type Rng, randomStream } from "../../../core/random/rng.ts";

const members = Array.from({ length: 81 }, (_, number) => [27, 9, 3, 1].map((base) => Math.floor(number / base) % 3));

test("a whole space is searched without random numbers, unless functions are drawn", () => {
  for (const acquisition of ACQUISITIONS) {
    const observations = new Observations((architecture) => ({
      features: architecture.map((choice, component) => 3 * component + choice),
      counts: architecture.map(() => 1),
    }));
    let draws = 0;
    const stream = randomStream(4, "/test");
    const counted =
      <A extends readonly number[]>(draw: (...below: A) => number) =>
      (...below: A) => {
        draws++;
        return draw(...below);
      };
    const rng: Rng = { next: counted(stream.next), below: counted(stream.below) };
    const options = { acquisition, beta: 2, incumbent: "value", warping: "none", among: [{ scale: 1, noise: 0.01, linear: 0 }] } as const;
    const whole = new WholeSpace(groupsOf(members.map(observations.encode)), observations, 6, rng, options);
    for (const architecture of members.slice(0, 5)) observations.add(architecture, architecture[3]!);
    for (let query = 0; query < 20; query++) {
      const { architecture } = whole.promising([])!;
      observations.add(
        architecture,
        architecture.reduce((sum, choice) => sum + choice, 0),
      );
    }
    assert.is(draws > 0, acquisition === "thompson", acquisition);
    assert.is(Math.max(...observations.rewards), 8, acquisition);
  }
});

test.run();
