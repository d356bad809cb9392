/** The language server that VS Code and many other editors have for JSON, asked as an editor asks it. @module */
import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { getLanguageService, type JSONDocument, type MarkupContent } from "vscode-json-languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";

const service = getLanguageService({
  schemaRequestService: async (uri) => (uri.startsWith("file:") ? readFile(fileURLToPath(uri), "utf8") : (await fetch(uri)).text()),
  workspaceContext: { resolveRelativePath: (relative, resource) => new URL(relative, resource).href },
});
service.configure({ validate: true, allowComments: true });

export interface Proposal {
  readonly label: string;
  readonly documentation: string;
  readonly inserted: string;
}

export interface Mark {
  readonly message: string;
  /** Offset of the first character that is underlined, and of the first one after it. */
  readonly from: number;
  readonly to: number;
}

/** A file with this text, in an editor. What its `$schema` leads to is fetched once. */
export class EditedFile {
  readonly #document: TextDocument;
  readonly #parsed: JSONDocument;
  constructor(path: string, text: string) {
    this.#document = TextDocument.create(pathToFileURL(path).href, "json", 1, text);
    this.#parsed = service.parseJSONDocument(this.#document);
  }

  /** What is underlined. */
  async marks(): Promise<Mark[]> {
    const found = await service.doValidation(this.#document, this.#parsed);
    return found.map(({ message, range: { start, end } }) => ({
      message: textOf(message),
      from: this.#document.offsetAt(start),
      to: this.#document.offsetAt(end),
    }));
  }

  /** What is shown at an offset of the text. */
  async hover(offset: number): Promise<string> {
    const shown = await service.doHover(this.#document, this.#document.positionAt(offset), this.#parsed);
    return shown ? [shown.contents].flat().map(textOf).join("\n") : "";
  }

  /** What is offered at an offset of the text. */
  async completions(offset: number): Promise<Proposal[]> {
    const list = await service.doComplete(this.#document, this.#document.positionAt(offset), this.#parsed);
    return (list?.items ?? []).map(({ label, documentation = "", insertText = "" }) => ({
      label,
      documentation: textOf(documentation),
      inserted: insertText,
    }));
  }
}

function textOf(content: string | MarkupContent | { readonly value: string }): string {
  return (typeof content === "string" ? content : content.value).replaceAll("\\", "");
}
