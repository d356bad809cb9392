import { suite } from "uvu";
import method from "../../../controllers/weight-sharing/darts-minus.ts";
import { controllerContract } from "../../contracts/controller.ts";

const test = suite("controllers/darts-minus");
for (const [title, run] of controllerContract(method)) test(title, run);

test.run();
