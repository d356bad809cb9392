/**
 * The templates of plugins: the examples in examples/plugins, one a kind, with another name. Their text is TypeScript and
 * JavaScript alike, as plugin() and the suites know all types: so there is one of each, and only the ending differs.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Kind } from "../../../../core/plugin/plugin.ts";
import { PACKAGE_FOLDER } from "../../../host/package-folder.ts";

/** A plugin with its test and a manifest that uses it, as texts. */
export interface PluginTexts {
  readonly plugin: string;
  readonly test: string;
  readonly manifest: string;
  /** The one line that the plugin says of itself. */
  readonly summary: string;
}

/**
 * @param name  what the plugin is to be called
 * @param module  what the test imports it as: "./my-reward.js"
 * @param named  what the manifest names it by
 */
export function pluginTexts(kind: Kind, name: string, module: string, named = module): PluginTexts {
  const folder = join(PACKAGE_FOLDER, "examples/plugins", kind);
  const example = readdirSync(folder)
    .find((file) => file.endsWith(".json"))!
    .replace(".json", "");
  const read = (ending: string, importedAs: string) =>
    readFileSync(join(folder, example + ending), "utf8")
      .replaceAll("\r\n", "\n")
      .replaceAll(`./${example}.ts`, importedAs)
      .replaceAll(example, name);
  const plugin = read(".ts", module);
  const [, summary = ""] = /^ {2}summary: "(.*)",$/m.exec(plugin) ?? [];
  return { plugin, test: read(".test.ts", module), manifest: read(".json", named), summary };
}
