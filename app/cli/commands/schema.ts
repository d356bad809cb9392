/** `evoke schema`: one JSON Schema of all documents, with the options of every plugin, for editors. @module */
import { installedSchema, schemaText } from "../../../core/schemas/installed.ts";
import { builtInPlugins, catalogue } from "../../../plugins/catalogue.ts";
import { pluginsNamed } from "../../host/modules/named-plugins.ts";
import { printOrWrite } from "../streams.ts";

/** @param from  modules, packages and manifests, whose plugins it has beside those that are built in */
export async function schemaCommand(from: readonly string[], { out }: { readonly out: string }): Promise<void> {
  const plugins = [...(await builtInPlugins()), ...(await pluginsNamed(from, catalogue))];
  await printOrWrite(out, schemaText(installedSchema(plugins)));
}
