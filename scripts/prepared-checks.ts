/**
 * What checks manifests and the options of built-in plugins, as code: ajv compiles it when the package is built, which
 * takes longer than most searches. See core/json/check.ts.
 *
 * @module
 */
import ajv from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import ts from "typescript";
import { AJV_OPTIONS } from "../core/json/schema.ts";
import { optionsName } from "../core/manifest/slots.ts";
import { DOCUMENTS } from "../core/schemas/documents.ts";
import { builtInPlugins } from "../plugins/catalogue.ts";

/** Every schema that is known before there is a manifest, by the name that it is checked by. */
export async function knownSchemas(): Promise<ReadonlyMap<string, object>> {
  const plugins = await builtInPlugins();
  return new Map([...Object.entries(DOCUMENTS), ...plugins.map(({ kind, name, options }) => [optionsName(kind, name), options] as const)]);
}

/** In bytes: larger checks have modules of their own, as most manifests do without them; the others lie in one. */
const LARGE = 8000;

/**
 * The modules with the checks: prepared.js, which knows them by name, and those that it loads.
 *
 * @param wanted  whether a schema is to be among them, by its name; all are, if left out
 * @returns their texts, by path in core/json/
 */
export async function preparedModules(wanted: (name: string) => boolean = () => true): Promise<ReadonlyMap<string, string>> {
  const modules = new Map<string, string>();
  const places = new Map<string, string>();
  const small: string[] = [];
  const entries: string[] = [];
  for (const [name, schema] of await knownSchemas()) {
    if (!wanted(name)) continue;
    const code = codeOf(schema);
    if (!places.has(code)) {
      const text = await whole(code);
      if (text.length > LARGE) {
        const file = `${name.replace("options of ", "").replaceAll(" ", "-")}.js`;
        modules.set(`prepared/${file}`, text);
        places.set(code, `import("./prepared/${file}")`);
      } else {
        places.set(code, `import("./prepared/small.js").then((small) => ({ default: small.check${small.length} }))`);
        small.push(code);
      }
    }
    entries.push(`  ${JSON.stringify(name)}: () => ${places.get(code)},`);
  }
  modules.set("prepared/small.js", await whole(small.map((_, i) => `export { default as check${i} } from "${i}";`).join("\n"), small));
  return modules.set("prepared.js", `export const prepared = {\n${entries.join("\n")}\n};\n`);
}

/** The code with what it imports: of ajv, and of the checks, by their numbers. */
async function whole(code: string, checks: readonly string[] = []): Promise<string> {
  const resolveDir = import.meta.dirname;
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir },
    plugins: [
      {
        name: "checks",
        setup({ onLoad, onResolve }) {
          onResolve({ filter: /^\d+$/ }, ({ path }) => ({ path, namespace: "checks" }));
          onLoad({ filter: /./, namespace: "checks" }, ({ path }) => ({ contents: checks[Number(path)]!, resolveDir }));
        },
      },
    ],
    ...{ bundle: true, format: "esm", minify: true, write: false, charset: "utf8" },
  });
  return outputFiles[0]!.text;
}

/** The module of one check, as ajv writes it, but for what it would say of errors: it only tells whether a value is right. */
function codeOf(schema: object): string {
  // What is wrong with a value is found by the whole of ajv.
  const compiler = new ajv.Ajv2020({
    ...AJV_OPTIONS,
    allErrors: false,
    messages: false,
    verbose: false,
    code: { source: true, esm: true },
  });
  return withoutErrors(standalone.default(compiler, compiler.compile(withoutAnnotations(schema) as object)));
}

/** Half of the code makes objects that say where which keyword was violated; empty ones count as well. */
function withoutErrors(code: string): string {
  const source = ts.createSourceFile("check.js", code, ts.ScriptTarget.Latest, true);
  const errors: ts.Node[] = [];
  const find = (node: ts.Node): void => {
    const [first, second] = ts.isObjectLiteralExpression(node) ? node.properties.map(({ name }) => name?.getText(source)) : [];
    if (first === "instancePath" && second === "schemaPath") errors.push(node);
    else node.forEachChild(find);
  };
  find(source);
  return errors.reduceRight((text, node) => `${text.slice(0, node.getStart(source))}{}${text.slice(node.end)}`, code);
}

const ANNOTATIONS = ["title", "description", "examples"];
/** Keywords with schemas under names of any kind, and those whose values are no schemas. */
const OF_NAMES = ["properties", "patternProperties", "$defs"];
const OF_VALUES = ["default", "const", "enum"];

/** A schema without what is for people: the code has the schema in it. */
function withoutAnnotations(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutAnnotations);
  if (typeof schema !== "object" || schema === null) return schema;
  const mapped = (object: object, map: (value: unknown, key: string) => unknown) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
  const kept = Object.fromEntries(Object.entries(schema).filter(([key]) => !ANNOTATIONS.includes(key)));
  return mapped(kept, (value, key) => {
    if (OF_VALUES.includes(key)) return value;
    return OF_NAMES.includes(key) ? mapped(value as object, withoutAnnotations) : withoutAnnotations(value);
  });
}
