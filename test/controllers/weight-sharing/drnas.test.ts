import { suite } from "uvu";
import method from "../../../controllers/weight-sharing/drnas.ts";
import { controllerContract } from "../../contracts/controller.ts";

const test = suite("controllers/drnas");
for (const [title, run] of controllerContract(method)) test(title, run);

test.run();
