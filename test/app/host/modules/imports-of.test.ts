import { test } from "uvu";
import * as assert from "uvu/assert";
import { importsOf } from "../../../../app/host/modules/imports-of.ts";

const specifiers = (text: string, jsx = false) =>
  importsOf(text, { jsx }).map(({ specifier, by }) => (by === "require" ? `${by} ${specifier}` : specifier));

test("every form of an import is found, with how it is looked up", () => {
  const text = `
    import "./a.js";
    import b, { c as d } from './b.js';
    import * as e from "./e.js"
    import json from "./f.json" with { type: "json" };
    export * from "./g.js";export{h}from"./h.js";
    export * as i from /* far */ "./i.js";
    const j = await import(
      // near
      "./j.js"
    );
    const k = import(\`./k.js\`), l = require("./l.cjs"), m = require('m/n');
    import "./\\x6f\\u{70}\\u0071.js";
  `;
  assert.equal(specifiers(text), [
    ...["./a.js", "./b.js", "./e.js", "./f.json", "./g.js", "./h.js", "./i.js", "./j.js", "./k.js"],
    ...["require ./l.cjs", "require m/n", "./opq.js"],
  ]);
});

test("what stands in comments, texts, templates and regular expressions is no import, and what no literal names is none", () => {
  const text = `
    // import "./a.js"
    /* from "./b.js" */
    const c = 'import "./c.js"', d = \`require("./d.js") \${ await import("./really.js") } from "./e.js"\`;
    const f = /import("x")/.test(c) / 2 / require(name), g = import(name), h = { from: "./h.js", import: "./i.js" };
    const i = Array.from("./i.js"), j = import.meta.url, k = import("./k-" + name);
  `;
  assert.equal(specifiers(text), ["./really.js", "./k-"]);
  assert.equal(specifiers("export default 1;"), []);
});

test("TypeScript is read as it is, its types included", () => {
  const text = `
    import type { A } from "./a.ts";
    import { type B, c } from "./b.ts";
    import D = require("./d.cts");
    const e = <T,>(x: T): T => x as T, f = (1 as unknown as number) / 2, g = 3 / 4;
    abstract class H<T extends Array<string>> { declare q: number; m<U>(this: H<T>, u?: U): asserts u is U {} }
    type I = typeof import("./i.ts");
    export type { J } from "./j.ts";
  `;
  assert.equal(specifiers(text), ["./a.ts", "./b.ts", "require ./d.cts", "./i.ts", "./j.ts"]);
  assert.equal(specifiers('const a = <p>from "./a.tsx" it\'s</p>;\nimport b from "./b.tsx";', true), ["./b.tsx"]);
});

test.run();
