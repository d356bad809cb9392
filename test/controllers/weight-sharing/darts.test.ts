import { suite } from "uvu";
import method from "../../../controllers/weight-sharing/darts.ts";
import { controllerContract } from "../../contracts/controller.ts";

const test = suite("controllers/darts");
for (const [title, run] of controllerContract(method)) test(title, run);

test.run();
