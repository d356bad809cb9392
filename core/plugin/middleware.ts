/** What stands between the search and its controller. @module */
import type { Controller } from "./controller.ts";

/**
 * Stands between the search and the controller: it sees, adds, changes or answers proposals and outcomes.
 * Several are wrapped around each other, the manifest's first one outermost.
 */
export interface Middleware {
  /**
   * A controller that wraps the one given. It says how many proposals may be under way: what it wraps says, or 1. What it
   * does not have of `prepare` and `answer` is that of the controller given.
   * @example (controller) => ({ ...controller, propose: () => controller.propose(), observe: (outcome) => controller.observe(outcome) })
   */
  around(controller: Controller): Controller;
}
