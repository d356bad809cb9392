/**
 * The TypeScript type of the options that a JSON Schema describes, so that a plugin states them once.
 *
 * Covers what option schemas use: objects with properties, arrays, enum, const, and the primitive
 * types. A property with a default, or one that is required, is always there; others may be missing.
 *
 * @module
 */
export type OptionsOf<S> = S extends { readonly enum: readonly (infer E)[] }
  ? E
  : S extends { readonly const: infer V }
    ? V
    : S extends { readonly anyOf: readonly (infer A)[] }
      ? OptionsOf<A>
      : S extends { readonly type: "object" }
        ? ObjectOf<S>
        : S extends { readonly type: "array"; readonly items: infer I }
          ? readonly OptionsOf<I>[]
          : S extends { readonly type: keyof Primitives }
            ? Primitives[S["type"]]
            : unknown;

interface Primitives {
  string: string;
  number: number;
  integer: number;
  boolean: boolean;
  null: null;
}

type PropertiesOf<S> = S extends { readonly properties: infer P } ? P : Record<never, never>;
type RequiredOf<S> = S extends { readonly required: readonly (infer R)[] } ? R : never;
type Present<S, P> = { [K in keyof P]: P[K] extends { readonly default: unknown } ? K : K extends RequiredOf<S> ? K : never }[keyof P];

type ObjectOf<S> = { readonly [K in Present<S, PropertiesOf<S>>]: OptionsOf<PropertiesOf<S>[K]> } & {
  readonly [K in Exclude<keyof PropertiesOf<S>, Present<S, PropertiesOf<S>>>]?: OptionsOf<PropertiesOf<S>[K]>;
};
