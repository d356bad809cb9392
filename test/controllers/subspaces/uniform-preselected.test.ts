import { suite } from "uvu";
import * as assert from "uvu/assert";
import uniform from "../../../controllers/subspaces/uniform.ts";
import uniformPreselected from "../../../controllers/subspaces/uniform-preselected.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";

const test = suite("controllers/uniform-preselected");
for (const [title, run] of controllerContract(uniformPreselected, { samples: 5 })) test(title, run);
for (const [title, run] of optimumContract(uniformPreselected, { queries: 100 })) test(title, run);

test("with a single sample it proposes what `uniform` proposes", async () => {
  const [chosen, drawn] = await Promise.all([tryController(uniformPreselected, { options: { samples: 1 } }), tryController(uniform)]);
  assert.equal(chosen.search(60), drawn.search(60));
});

test.run();
