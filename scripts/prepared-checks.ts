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
import { experimentSchema } from "../core/schemas/experiment.ts";
import { fitSchema } from "../core/schemas/fit.ts";
import { matrixSchema } from "../core/schemas/matrix.ts";
import { tableImportSchema } from "../core/schemas/table-import.ts";
import { tabulateSchema } from "../core/schemas/tabulate.ts";
import { builtInPlugins } from "../plugins/catalogue.ts";

/** Every schema that is known before there is a manifest, by the name that it is checked by. */
export async function knownSchemas(): Promise<ReadonlyMap<string, object>> {
  const manifests = {
    experiment: experimentSchema,
    fit: fitSchema,
    import: tableImportSchema,
    matrix: matrixSchema,
    tabulation: tabulateSchema,
  };
  const plugins = await builtInPlugins();
  return new Map([...Object.entries(manifests), ...plugins.map(({ kind, name, options }) => [optionsName(kind, name), options] as const)]);
}

/** The text of dist/core/json/prepared.js. */
export async function preparedModule(): Promise<string> {
  const modules = [...(await knownSchemas())].map(([name, schema]) => ({ name, code: codeOf(schema) }));
  const imports = modules.map((_, i) => `import check${i} from "check:${i}";`);
  const entries = modules.map(({ name }, i) => `  ${JSON.stringify(name)}: check${i},`);
  const { outputFiles } = await build({
    stdin: { contents: `${imports.join("\n")}\nexport const prepared = {\n${entries.join("\n")}\n};\n`, resolveDir: import.meta.dirname },
    bundle: true,
    format: "esm",
    minify: true,
    write: false,
    plugins: [
      {
        name: "checks",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^check:/ }, ({ path }) => ({ path, namespace: "check" }));
          onLoad({ filter: /./, namespace: "check" }, ({ path }) => ({
            contents: modules[Number(path.slice("check:".length))]!.code,
            resolveDir: import.meta.dirname,
          }));
        },
      },
    ],
  });
  return outputFiles[0]!.text;
}

/** A module of its own for each: ajv gives the functions of several schemas the same names. */
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
