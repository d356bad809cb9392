/** `evoke plugins`: every built-in plugin with its kind, summary and options. @module */
import { pluginNameUnknown } from "../../../core/errors/index.ts";
import { type FailurePolicy, KINDS, type Plugin, STOP } from "../../../core/plugin/plugin.ts";
import { builtInPlugins } from "../../../plugins/catalogue.ts";
import { print } from "../streams.ts";

export async function pluginsCommand(wanted: string | undefined, { json = false }: { readonly json?: boolean }): Promise<void> {
  const catalogue = await builtInPlugins();
  const chosen = catalogue.filter(({ kind, name }) => wanted === undefined || kind === wanted || name === wanted);
  if (chosen.length === 0) throw pluginNameUnknown(wanted!, [...KINDS, ...catalogue.map(({ name }) => name)]);
  if (json) {
    const documents = chosen.map(({ kind, name, summary, options, needs, underWay = 1, failures, outsideDigest }) => ({
      ...{ kind, name, summary, options, needs },
      ...(kind === "evaluator" && { failures: failures ?? STOP }),
      ...(outsideDigest && { outsideDigest }),
      ...(kind === "controller" && { underWay }),
    }));
    print(`${JSON.stringify(documents)}\n`);
    return;
  }
  const sections = KINDS.map((kind) => ({ kind, plugins: chosen.filter((plugin) => plugin.kind === kind) })).filter(
    ({ plugins }) => plugins.length > 0,
  );
  print(sections.map(({ kind, plugins }) => `${kind}\n${plugins.map(described).join("")}`).join("\n"));
}

interface OptionSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly OptionSchema[];
  readonly default?: unknown;
  readonly description?: string;
}

function described({ kind, name, summary, options, underWay = 1, failures = STOP, outsideDigest = [] }: Plugin): string {
  const { properties = {}, required = [] } = options as { properties?: Record<string, OptionSchema>; required?: readonly string[] };
  const lines = Object.entries(properties).map(([option, schema]) => {
    const given = schema.default !== undefined ? ` = ${JSON.stringify(schema.default)}` : required.includes(option) ? " (required)" : "";
    return `      ${option}: ${typeOf(schema)}${given}${schema.description ? `   ${schema.description}` : ""}\n`;
  });
  const several = kind === "controller" ? `      under way at once: ${underWay}\n` : "";
  const failing = kind === "evaluator" ? `      where an evaluation fails: ${failureText(failures)}\n` : "";
  const outside =
    outsideDigest.length > 0 ? `      not in the digest, but for how many proposals are under way: ${outsideDigest.join(", ")}\n` : "";
  return `  ${name.padEnd(20)} ${summary}\n${lines.join("")}${several}${failing}${outside}`;
}

function failureText({ retries, remedy }: FailurePolicy): string {
  return `retries = ${retries}, remedy = ${remedy}`;
}

function typeOf({ type = "any", enum: values, anyOf }: OptionSchema): string {
  return values?.join(" | ") ?? anyOf?.map(typeOf).join(" | ") ?? type;
}
