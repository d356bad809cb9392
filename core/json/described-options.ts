/**
 * What a JSON Schema of options says of each of them, and of what they consist of, for people: a flat list, in which
 * `training.momentum` is an option of an option, `components[].name` is of each item of a list, and `metrics.*` is under any name.
 *
 * @module
 */

export interface DescribedOption {
  /** With those that it is in before it. */
  readonly name: string;
  /** What it can be, for example "integer from 1 to 100". */
  readonly value: string;
  readonly default?: unknown;
  /** Whether it has to be given, where the object is that it is in. */
  readonly required: boolean;
  readonly description: string;
}

/** As far as options use it. */
interface OptionSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly OptionSchema[];
  readonly oneOf?: readonly OptionSchema[];
  readonly items?: OptionSchema;
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | OptionSchema;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly $ref?: string;
}

/**
 * @param schema  of an object with all options of a plugin
 * @param quoted  how a value is written that an option can have
 */
export function describedOptions(schema: object, quoted: (value: unknown) => string = String): DescribedOption[] {
  return [...new Options(schema, quoted).within("", schema, [])];
}

class Options {
  readonly #root: object;
  readonly #quoted: (value: unknown) => string;
  constructor(root: object, quoted: (value: unknown) => string) {
    this.#root = root;
    this.#quoted = quoted;
  }

  /** @param above  the schemas that this one is in: one that refers to itself is described once */
  *within(prefix: string, schema: OptionSchema, above: readonly OptionSchema[]): Generator<DescribedOption> {
    if (above.includes(schema)) return;
    const inside = [...above, schema];
    const told = new Set<string>();
    for (const one of this.#alternatives(schema)) {
      for (const [name, property] of Object.entries(one.properties ?? {})) {
        if (told.has(name)) continue;
        told.add(name);
        yield* this.#option(prefix + name, property, (one.required ?? []).includes(name), inside);
      }
      if (typeof one.additionalProperties === "object") yield* this.#parts(`${prefix}*`, one.additionalProperties, inside);
      if (one.items && prefix !== "") yield* this.within(`${prefix.slice(0, -1)}[].`, this.#found(one.items), inside);
    }
  }

  *#option(name: string, schema: OptionSchema, required: boolean, above: readonly OptionSchema[]): Generator<DescribedOption> {
    const { description = "", default: fallback } = { ...this.#found(schema), ...schema };
    yield { name, value: this.#valueText(schema), ...(fallback !== undefined && { default: fallback }), required, description };
    yield* this.within(`${name}.`, this.#found(schema), above);
  }

  /** What may have any name is worth a line where it has parts, or a description of its own. */
  *#parts(name: string, schema: OptionSchema, above: readonly OptionSchema[]): Generator<DescribedOption> {
    const found = this.#found(schema);
    if (found.description !== undefined) yield* this.#option(name, schema, false, above);
    else yield* this.within(`${name}.`, found, above);
  }

  /** The schema itself, or what it refers to in the same plugin. */
  #found(schema: OptionSchema): OptionSchema {
    if (!schema.$ref?.startsWith("#")) return schema;
    const keys = schema.$ref.split("/").slice(1);
    const found = keys.reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key.replaceAll("~1", "/").replaceAll("~0", "~")],
      this.#root,
    );
    return (found ?? {}) as OptionSchema;
  }

  /** The schema, and those of which a value may follow one. */
  #alternatives(schema: OptionSchema): OptionSchema[] {
    const { anyOf = [], oneOf = [] } = schema;
    return [schema, ...[...anyOf, ...oneOf].map((one) => this.#found(one))];
  }

  #valueText(schema: OptionSchema): string {
    const { type = "any", enum: values, const: only, anyOf, oneOf, items, ...bounds } = this.#found(schema);
    if (values) return values.map(this.#quoted).join(", ");
    if (only !== undefined) return this.#quoted(only);
    const choices = anyOf ?? oneOf;
    if (choices && type === "any") return [...new Set(choices.map((one) => this.#valueText(one)))].join(", or ");
    const types = [type].flat().join(" or ");
    return [types, items && type === "array" && `of ${this.#valueText(items)}`, boundsText(bounds)].filter(Boolean).join(" ");
  }
}

function boundsText({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: OptionSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `from ${minimum} to ${maximum}`;
  const bounds = [
    minimum !== undefined && `≥ ${minimum}`,
    exclusiveMinimum !== undefined && `> ${exclusiveMinimum}`,
    maximum !== undefined && `≤ ${maximum}`,
    exclusiveMaximum !== undefined && `< ${exclusiveMaximum}`,
  ];
  return bounds.filter(Boolean).join(" and ");
}
