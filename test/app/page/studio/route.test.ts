import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseRoute, routeText, toView, withQuery } from "../../../../app/page/studio/route.ts";

test("a route is what its address says, whatever characters names have", () => {
  for (const name of ["a/b", "?x=1&y", "#", "%2F", "%", "ünï", "</script>", " ", "a\nb"]) {
    const route = { path: ["cell", name, name], query: { name, sort: "score" } };
    assert.equal(parseRoute(routeText(route)), route);
  }
});

test("an address that is not well encoded is taken as it stands", () => {
  assert.equal(parseRoute("#/matrix/%E0%A4%A/%2"), { path: ["matrix", "%E0%A4%A", "%2"], query: {} });
  for (const nothing of ["", "#", "#/", "#/?"]) assert.equal(parseRoute(nothing), { path: [], query: {} });
});

test("two ways to say the same have one address", () => {
  const [one, other] = [parseRoute("#/run/a/b/3?theme=dark&sort=score"), parseRoute("#/run/a/b/3?sort=score&theme=dark")];
  assert.is(routeText(one), routeText(other));
});

test("another view keeps the theme and nothing else, the same view what is not changed", () => {
  const from = parseRoute("#/run/a/b/3?theme=dark&sort=score&step=7");
  assert.is(routeText(toView(from, ["cell", "a", "b"], { state: "running" })), "#/cell/a/b?state=running&theme=dark");
  assert.is(routeText(withQuery(from, { step: undefined, order: "descending" })), "#/run/a/b/3?order=descending&sort=score&theme=dark");
});

test.run();
