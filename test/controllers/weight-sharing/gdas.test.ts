import { suite } from "uvu";
import method from "../../../controllers/weight-sharing/gdas.ts";
import { controllerContract } from "../../contracts/controller.ts";

const test = suite("controllers/gdas");
for (const [title, run] of controllerContract(method)) test(title, run);

test.run();
