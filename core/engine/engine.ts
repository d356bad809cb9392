/** Placeholder of the differentiable engine; the next commit has it. */
export type Engine = unknown;
