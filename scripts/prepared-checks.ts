/**
 * What checks manifests and the options of built-in plugins, as code: ajv compiles it when the package is built, which
 * takes longer than most searches. See core/json/check.ts.
 *
 * @module
 */
import ajv from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import { AJV_OPTIONS } from "../core/json/schema.ts";
import { optionsName } from "../core/manifest/slots.ts";
import { DOCUMENTS } from "../core/schemas/documents.ts";
import { builtInPlugins } from "../plugins/catalogue.ts";

/** Every schema that is known before there is a manifest, by the name that it is checked by. */
export async function knownSchemas(): Promise<ReadonlyMap<string, object>> {
  const plugins = await builtInPlugins();
  return new Map([...Object.entries(DOCUMENTS), ...plugins.map(({ kind, name, options }) => [optionsName(kind, name), options] as const)]);
}

/**
 * The modules with the checks: prepared.js, which knows them by name, and those that it loads. There are as many as
 * different checks, since they are large, and a manifest needs a few.
 *
 * @param wanted  whether a schema is to be among them, by its name; all are, if left out
 * @returns their texts, by path in core/json/
 */
export async function preparedModules(wanted: (name: string) => boolean = () => true): Promise<ReadonlyMap<string, string>> {
  const modules = new Map<string, string>();
  const paths = new Map<string, string>();
  const entries: string[] = [];
  for (const [name, schema] of await knownSchemas()) {
    if (!wanted(name)) continue;
    const code = codeOf(schema);
    if (!paths.has(code)) {
      const path = `prepared/${name.replace("options of ", "").replaceAll(" ", "-")}.js`;
      paths.set(code, path);
      modules.set(path, await whole(code));
    }
    entries.push(`  ${JSON.stringify(name)}: () => import("./${paths.get(code)}"),`);
  }
  return modules.set("prepared.js", `export const prepared = {\n${entries.join("\n")}\n};\n`);
}

/** The code with what it imports of ajv. */
async function whole(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    bundle: true,
    format: "esm",
    minify: true,
    write: false,
  });
  return outputFiles[0]!.text;
}

/** The module of one check, as ajv writes it. */
function codeOf(schema: object): string {
  // It only says whether a value is right. What is wrong with it is found by the whole of ajv.
  const compiler = new ajv.Ajv2020({
    ...AJV_OPTIONS,
    allErrors: false,
    messages: false,
    verbose: false,
    code: { source: true, esm: true },
  });
  return standalone.default(compiler, compiler.compile(schema));
}
