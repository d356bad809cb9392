/** What stands between the search and its controller. @module */
import type { Controller } from "./controller.ts";

/**
 * Stands between the search and the controller: it sees, adds, changes or answers proposals and outcomes.
 * Several are wrapped around each other, the manifest's first one outermost.
 */
export interface Middleware {
  /** A controller that wraps the one given. */
  around(controller: Controller): Controller;
}
