/** Spaces that are written in manifests: what is refused is refused when they are made, and the others work. @module */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { drawingSvg } from "../../../app/report/drawing/draw.ts";
import { manifestInvalid } from "../../../core/errors/index.ts";
import { problemsOf } from "../../../core/json/schema.ts";
import { createdSpace } from "../../../core/plugin/checks/create.ts";
import { randomStream } from "../../../core/random/rng.ts";

import { encodingOf } from "../../../core/space/encoding.ts";
import { live, shapesOf } from "../../../core/space/network.ts";
import choices from "../../../spaces/choices.ts";
import { stages } from "../../support/choices.ts";
import { editedJson, ofSome } from "../mutations.ts";
import { grown } from "../schemas.ts";
import { target, WrongResult } from "../target.ts";

const optionsIn = (file: string) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), "utf8")).space.options as object;

export default target<unknown>({
  name: "spaces",
  inputs() {
    const bases = [optionsIn("examples/own-space/digits.json"), optionsIn("examples/own-table/search.json"), stages];
    return fc.oneof(
      { weight: 4, arbitrary: ofSome(bases, (base) => editedJson(base, 4)) },
      { weight: 1, arbitrary: grown(choices.options) },
    );
  },
  async act(given) {
    const options = structuredClone(given) as object;
    const problems = problemsOf(choices.options, options, "/space/options");
    if (problems.length > 0) throw manifestInvalid("manifest.json", problems);
    const space = await createdSpace({ plugin: choices, options, pointer: "/space", file: "manifest.json" });
    const rng = randomStream(1, "/fuzz");
    const encoding = encodingOf(space, "choices");
    for (let i = 0; i < 5; i++) {
      const architecture = space.sample(rng);
      const text = space.encode(architecture);
      if (!space.contains(architecture) || space.decode(text).join() !== architecture.join()) throw new WrongResult(`${text} is another`);
      const modified = space.modify(architecture, [{ component: 0, operation: 1 }]);
      if (!space.contains(modified)) throw new WrongResult(`${modified.join()} is none`);
      space.functionKey(architecture);
      space.features?.(architecture);
      space.cost?.(architecture);
      encoding.of(architecture);
      if (space.network) shapesOf(live(space.network(architecture)));
      if (space.drawing) drawingSvg(space.drawing(architecture));
    }
  },
});
