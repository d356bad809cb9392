import { test } from "uvu";
import * as assert from "uvu/assert";
import { backendOf } from "../../training/backends.ts";

test("an option that a backend does not have is refused, unless it asks for what the backend does anyway", async () => {
  for (const option of [{ python: "python3" }, { device: "cpu" }, { threads: 2 }, { precision: "mixed" }] as const)
    await backendOf({ backend: "wasm", ...option }).then(
      () => assert.unreachable(),
      ({ code, message }) => {
        assert.is(code, "BACKEND_UNFIT");
        assert.match(message, `Cannot use the backend "wasm" here: it has no option "${Object.keys(option)[0]}".`);
      },
    );
  const { opened } = await backendOf({ backend: "wasm", threads: 1, precision: "float32" });
  assert.is(opened.name, "wasm");
});

test.run();
