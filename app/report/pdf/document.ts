/**
 * A PDF of one page. It is of ASCII only: what is compressed is in base 85, so that it is a text like all files of a
 * report. It has no date and no number of its own, so that the same page gives the same bytes.
 *
 * @module
 */
import { zlibSync } from "fflate";

/** Points, 1/72 of an inch. */
export interface Page {
  readonly width: number;
  readonly height: number;
  /** Operators, one a line. */
  readonly content: string;
  /** Dictionaries of fonts, and of what operators name beside them, by name. */
  readonly fonts: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<string, string>;
  readonly title: string;
}

/** The number of its object. */
const FIRST_FONT = 6;

export function pdfOf({ width, height, content, fonts, states, title }: Page): string {
  const stream = base85(zlibSync(new TextEncoder().encode(content), { level: 9 }));
  const named = (name: string, values: readonly (readonly [string, string])[]) =>
    values.length > 0 ? `/${name} << ${values.map(([key, value]) => `/${key} ${value}`).join(" ")} >> ` : "";
  const references = [...fonts.keys()].map((name, i) => [name, `${FIRST_FONT + i} 0 R`] as const);
  const resources = `<< ${named("Font", references)}${named("ExtGState", [...states])}>>`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R /ViewerPreferences << /DisplayDocTitle true >> >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents 4 0 R /Resources ${resources} >>`,
    `<< /Length ${stream.length} /Filter [/ASCII85Decode /FlateDecode] >>\nstream\n${stream}\nendstream`,
    `<< /Title ${textString(title)} /Producer (Evoke) >>`,
    ...fonts.values(),
  ];
  let file = "%PDF-1.7\n";
  const offsets = objects.map((object, i) => {
    const offset = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const size = objects.length + 1;
  return `${file}xref\n0 ${size}\n0000000000 65535 f \n${offsets.join("")}trailer\n<< /Size ${size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
}

/** Any text, as UTF-16 in hexadecimal digits. */
export function textString(text: string): string {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return `<${[0xfeff, ...units].map((unit) => unit.toString(16).padStart(4, "0")).join("")}>`;
}

/** ASCII85 of PDF (ISO 32000-1, 7.4.3), in lines. */
export function base85(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4) {
    const count = Math.min(4, bytes.length - i);
    let value = 0;
    for (let j = 0; j < 4; j++) value = 256 * value + (j < count ? bytes[i + j]! : 0);
    if (value === 0 && count === 4) {
      text += "z";
      continue;
    }
    const digits = [0, 0, 0, 0, 0];
    for (let j = 4; j >= 0; j--) [digits[j], value] = [value % 85, Math.floor(value / 85)];
    text += String.fromCharCode(...digits.slice(0, count + 1).map((digit) => 33 + digit));
  }
  return `${text}~>`.replaceAll(/.{1,100}/g, "$&\n").trimEnd();
}
