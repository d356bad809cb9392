/** `evoke new KIND NAME`: a plugin with its test, and an experiment that uses it. @module */
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { nameTaken, optionUnfit } from "../../../../core/errors/index.ts";
import type { Kind } from "../../../../core/plugin/plugin.ts";
import { catalogue } from "../../../../plugins/catalogue.ts";
import { holdsModules, readsTypeScript } from "../../../host/modules/module-type.ts";
import { resolveImport } from "../../../host/modules/resolve.ts";
import { isTrusted } from "../../../host/trust.ts";
import { tell } from "../../streams.ts";
import { checkName, inWorkingFolder, tellMade, withArticle, writeNew } from "./new-files.ts";
import { evokeCommand, ownSpecifier, packageFiles, TEST_PACKAGE } from "./package-files.ts";
import { pluginTexts } from "./plugin-template.ts";

export interface NewPluginOptions {
  readonly javascript?: boolean;
  readonly typescript?: boolean;
  readonly package?: boolean;
}

export async function newPluginCommand(kind: Kind, name: string, options: NewPluginOptions): Promise<void> {
  if (options.javascript && options.typescript) throw optionUnfit("--typescript", "there is --javascript as well");
  checkName(kind, name);
  const taken = catalogue.some((one) => one.kind === kind && one.name === name);
  if (taken || RESERVED.includes(name)) throw nameTaken(kind, name, taken ? `Evoke has ${withArticle(kind)}` : "it needs a package");
  const what = `the ${kind} "${name}"`;
  if (options.package) await makePackage(kind, name, what, !options.javascript);
  else await makeFiles(kind, name, what, options);
}

/** Packages that one with a plugin depends on, so it cannot have their names. */
const RESERVED: readonly string[] = ["evoke-nas", TEST_PACKAGE, "typescript"];

async function makePackage(kind: Kind, name: string, what: string, typescript: boolean): Promise<void> {
  const files = packageFiles(kind, name, typescript);
  await writeNew(what, Object.fromEntries(Object.entries(files).map(([path, text]) => [join(name, path), text])));
  const holds = described(kind, name, typescript ? ".ts" : ".js");
  const next = [`cd ${name}`, "npm install", "npm test", `npx evoke run ${name}.json${await trusting()}`];
  tellMade(
    `${what}, a package in ${name}/`,
    holds,
    next,
    Object.keys(files).filter((path) => !(path in holds)),
  );
}

async function makeFiles(kind: Kind, name: string, what: string, { javascript, typescript }: NewPluginOptions): Promise<void> {
  const inTypeScript = !javascript && (typescript === true || readsTypeScript());
  // Where files count as CommonJS, these say by their ending that they are not.
  const ending = `.${holdsModules(process.cwd()) ? "" : "m"}${inTypeScript ? "ts" : "js"}`;
  const texts = pluginTexts(kind, name, `./${name}${ending}`);
  const [plugin, test, manifest] = [name + ending, `${name}.test${ending}`, `${name}.json`];
  await writeNew(what, { [plugin]: texts.plugin, [test]: texts.test, [manifest]: texts.manifest });
  if (!inTypeScript && !javascript) tell(`In JavaScript, since Node ${process.versions.node} does not read TypeScript; 22.18 does.\n`);
  const tests = "Deno" in globalThis ? `deno test --no-check --allow-read ${test}` : `node --test ${test}`;
  tellMade(what, described(kind, name, ending), [...installing(), tests, `${evokeCommand()} run ${manifest}${await trusting()}`]);
}

function described(kind: Kind, name: string, ending: string): Readonly<Record<string, string>> {
  return {
    [name + ending]: "the plugin",
    [`${name}.test${ending}`]: `its test, with the suite that every ${kind} must pass`,
    [`${name}.json`]: "an experiment that uses it",
  };
}

/** What lets the plugin run, where nobody has said yet that code here may. */
async function trusting(): Promise<string> {
  return (await isTrusted(process.cwd())) ? "" : " --trust";
}

/** How to install what plugins and their tests import, where it is not found from here. */
function installing(): string[] {
  const lacks = (specifier: string) => {
    try {
      return !existsSync(resolveImport(specifier, inWorkingFolder("plugin.js")));
    } catch {
      return true;
    }
  };
  const evoke = ownSpecifier(process.cwd());
  const missing = [
    ...(lacks("evoke-nas") ? [evoke.startsWith("file:") ? evoke : `evoke-nas@${evoke}`] : []),
    ...(lacks(TEST_PACKAGE) ? [TEST_PACKAGE] : []),
  ];
  return missing.length > 0 ? [`npm install --save-dev ${missing.join(" ")}`] : [];
}
