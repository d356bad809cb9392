/** The version of Evoke, as in package.json; a test holds both equal. */
export const VERSION = "0.1.0";
