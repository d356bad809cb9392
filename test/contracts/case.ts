/** One promise of a contract: a sentence, and a function that throws where it is broken. Any test runner can run it. */
export type Case = readonly [title: string, run: () => void | Promise<void>];
