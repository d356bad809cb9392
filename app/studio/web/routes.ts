/** The paths of the studio, and what every answer has. @module */
import { type Context, Hono } from "hono";
import { EvokeError } from "../../../core/errors/index.ts";
import { PATHS, type Problem } from "../api.ts";
import { problemOf } from "../live/folder.ts";
import type { Answers } from "./answers.ts";
import { ASSETS, assetOf } from "./assets.ts";
import { type Guard, PICTURE_POLICY, SECURITY_HEADERS } from "./guard.ts";
import { Parameters, Refusal } from "./parameters.ts";
import type { Stream } from "./stream.ts";

export function routes(guard: Guard, answers: Answers, stream: Stream): Hono {
  const app = new Hono({ getPath: (request) => guard.below(pathOf(request)) ?? NOWHERE });
  app.use(async (context, next) => {
    const refused = guard.refuses({ method: context.req.method, header: (name) => context.req.header(name) });
    if (refused) context.res = problem(context, refused.status, { code: "REFUSED", message: refused.message });
    else await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) if (!context.res.headers.has(name)) context.res.headers.set(name, value);
  });
  for (const path of ASSETS)
    app.get(path, async (context) => {
      const { type, text, etag } = await assetOf(path);
      const headers = { "content-type": type, "cache-control": "no-cache", etag };
      return context.req.header("if-none-match") === etag ? context.body(null, 304, headers) : context.body(text, 200, headers);
    });
  for (const [path, answer] of Object.entries(answers.json))
    app.get(`/${path}`, async (context) => json(context, 200, await answer(parametersOf(context))));
  app.get(`/${PATHS.drawing}`, async (context) =>
    context.body(await answers.drawing(parametersOf(context)), 200, {
      ...{ "content-type": "image/svg+xml", "content-security-policy": PICTURE_POLICY, "cache-control": "no-cache" },
    }),
  );
  app.get(`/${PATHS.events}`, (context) => {
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" };
    if (context.req.method === "HEAD") return context.body(null, 200, headers);
    return context.body(stream.open(context.req.header("last-event-id")), 200, headers);
  });
  app.notFound((context) =>
    problem(context, 404, { code: "NOT_FOUND", message: "There is nothing here. Use the address that evoke studio has printed." }),
  );
  app.onError((error, context) => {
    if (error instanceof Refusal) return problem(context, error.status, { code: error.code, message: error.message });
    return problem(context, error instanceof EvokeError ? 503 : 500, problemOf(error));
  });
  return app;
}

/** A path that no route has. */
const NOWHERE = "/\0";

/** As it was sent: nothing in it is decoded or resolved, so that only what is written like a route is one. */
function pathOf({ url }: Request): string {
  const begin = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.slice(begin).search(/[?#]/);
  return end < 0 ? url.slice(begin) : url.slice(begin, begin + end);
}

function parametersOf(context: Context): Parameters {
  return new Parameters(new URL(context.req.url).searchParams);
}

function problem(context: Context, status: 400 | 403 | 404 | 405 | 500 | 503, told: Problem): Response {
  return json(context, status, told, status === 405 ? { allow: "GET, HEAD" } : {});
}

function json(
  context: Context,
  status: 200 | 400 | 403 | 404 | 405 | 500 | 503,
  value: object,
  headers: Record<string, string> = {},
): Response {
  return context.body(JSON.stringify(value), status, {
    ...{ "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    ...headers,
  });
}
