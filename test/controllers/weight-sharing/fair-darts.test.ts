import { suite } from "uvu";
import method from "../../../controllers/weight-sharing/fair-darts.ts";
import { controllerContract } from "../../contracts/controller.ts";

const test = suite("controllers/fair-darts");
for (const [title, run] of controllerContract(method)) test(title, run);

test.run();
