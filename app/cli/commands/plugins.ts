/** `evoke plugins`: the built-in plugins, or those of a module, a package or a manifest, with their summaries and options. @module */
import { EvokeError, pluginNameUnknown, pluginsNotNamed } from "../../../core/errors/index.ts";
import { describedOptions } from "../../../core/json/described-options.ts";
import { type FailurePolicy, KINDS, type Plugin, STOP } from "../../../core/plugin/plugin.ts";
import { builtInPlugins, catalogue } from "../../../plugins/catalogue.ts";
import { isManifest, isPath, pluginsNamed } from "../../host/modules/named-plugins.ts";
import { print } from "../streams.ts";

export async function pluginsCommand(wanted: string | undefined, { json = false }: { readonly json?: boolean }): Promise<void> {
  const chosen = await pluginsOf(wanted);
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

/** A kind and the name of a built-in plugin mean these, even where a file or a package is called the same. */
async function pluginsOf(wanted: string | undefined): Promise<readonly Plugin[]> {
  const builtIn = await builtInPlugins();
  if (wanted === undefined) return builtIn;
  const chosen = builtIn.filter(({ kind, name }) => kind === wanted || name === wanted);
  if (chosen.length > 0) return chosen;
  const named = await pluginsNamed([wanted], catalogue).catch((error: unknown) => {
    const absent = error instanceof EvokeError && error.code === "MODULE_UNLOADABLE" && !isPath(wanted) && isAbsent(error);
    throw absent ? pluginNameUnknown(wanted, [...KINDS, ...catalogue.map(({ name }) => name)]) : error;
  });
  if (named.length === 0 && isManifest(wanted)) throw pluginsNotNamed(wanted);
  return named;
}

function isAbsent({ cause }: EvokeError): boolean {
  return /^ERR_(MODULE_NOT_FOUND|INVALID_MODULE_SPECIFIER)$/.test((cause as { readonly code?: string }).code ?? "");
}

function described({ kind, name, summary, options, underWay = 1, failures = STOP, outsideDigest = [] }: Plugin): string {
  const lines = describedOptions(options).map(({ name, value, default: fallback, required, description }) => {
    const given = fallback !== undefined ? ` = ${JSON.stringify(fallback)}` : required ? " (required)" : "";
    return `      ${name}: ${value}${given}${description ? `   ${description}` : ""}\n`;
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
