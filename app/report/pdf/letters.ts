/**
 * Letters of the fonts that every reader of PDF has: Helvetica, upright and bold, by Windows' code page 1252, and Symbol for
 * Greek and mathematics. Widths are those of Adobe's font metrics (Core 14 AFM), in thousandths of the size.
 *
 * @module
 */

export type Font = "regular" | "bold" | "symbol";

/** A text in one font: bytes of its encoding, and how wide it is, in parts of the size. */
export interface Run {
  readonly font: Font;
  readonly bytes: readonly number[];
  readonly width: number;
}

/** Of code page 1252, from 128 to 159; a dash where it has none. */
const HIGH = "€-‚ƒ„…†‡ˆ‰Š‹Œ-Ž--‘’“”•–—˜™š›œ-žŸ";
/** From 32 to 255 of code page 1252. */
const REGULAR =
  "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 " +
  "584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 " +
  "611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 " +
  "722 500 500 500 334 260 334 584 0 556 0 222 556 333 1000 556 556 333 1000 667 333 1000 0 611 0 0 222 222 333 333 350 " +
  "556 1000 333 1000 500 333 944 0 500 667 278 333 556 556 556 556 260 556 333 737 370 556 584 333 737 333 400 584 333 " +
  "333 333 556 537 278 333 333 365 556 834 834 834 611 667 667 667 667 667 667 1000 722 667 667 667 667 278 278 278 278 " +
  "722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 500 556 556 556 556 278 " +
  "278 278 278 556 556 556 556 556 556 556 584 611 556 556 556 556 500 556 500";
const BOLD =
  "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 " +
  "584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 " +
  "611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 " +
  "778 556 556 500 389 280 389 584 0 556 0 278 556 500 1000 556 556 333 1000 667 333 1000 0 611 0 0 278 278 500 500 350 " +
  "556 1000 333 1000 556 333 944 0 500 667 278 333 556 556 556 556 280 556 333 737 370 556 584 333 737 333 400 584 333 " +
  "333 333 611 556 278 333 333 365 556 834 834 834 611 722 722 722 722 722 722 1000 722 667 667 667 667 278 278 278 278 " +
  "722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 556 556 556 556 556 278 " +
  "278 278 278 611 611 611 611 611 611 611 584 611 611 611 611 611 556 611 556";
/** Characters of Symbol, each with its code and its width. */
const SYMBOLS =
  "∀34:713 ∃36:549 ∋39:439 ∗42:500 −45:549 ≅64:549 Α65:722 Β66:667 Χ67:722 Δ68:612 Ε69:611 Φ70:763 Γ71:603 " +
  "Η72:722 Ι73:333 ϑ74:631 Κ75:722 Λ76:686 Μ77:889 Ν78:722 Ο79:722 Π80:768 Θ81:741 Ρ82:556 Σ83:592 Τ84:611 " +
  "Υ85:690 ς86:439 Ω87:768 Ξ88:645 Ψ89:795 Ζ90:611 ∴92:863 ⊥94:658 α97:631 β98:549 χ99:549 δ100:494 ε101:439 " +
  "φ102:521 γ103:411 η104:603 ι105:329 ϕ106:603 κ107:549 λ108:549 μ109:576 ν110:521 ο111:549 π112:549 θ113:521 " +
  "ρ114:549 σ115:603 τ116:439 υ117:576 ϖ118:713 ω119:686 ξ120:493 ψ121:686 ζ122:494 ∼126:549 ϒ161:620 ′162:247 " +
  "≤163:549 ⁄164:167 ∞165:713 ♣167:753 ♦168:753 ♥169:753 ♠170:753 ↔171:1042 ←172:987 ↑173:603 →174:987 ↓175:603 " +
  "″178:411 ≥179:549 ∝181:713 ∂182:494 ≠185:549 ≡186:549 ≈187:549 ℵ192:823 ℑ193:686 ℜ194:795 ℘195:987 ⊗196:768 " +
  "⊕197:768 ∅198:823 ∩199:768 ∪200:768 ⊃201:713 ⊇202:713 ⊄203:713 ⊂204:713 ⊆205:713 ∈206:713 ∉207:713 ∠208:768 " +
  "∇209:713 ∏213:823 √214:549 ⋅215:250 ∧217:603 ∨218:603 ⇔219:1042 ⇐220:987 ⇑221:603 ⇒222:987 ⇓223:603 ◊224:494 " +
  "〈225:329 ∑229:713 〉241:329 ∫242:274";

const widths: Readonly<Record<"regular" | "bold", readonly number[]>> = {
  regular: REGULAR.split(" ").map(Number),
  bold: BOLD.split(" ").map(Number),
};
const symbols = new Map(
  SYMBOLS.split(" ").map((entry) => {
    const [character = ""] = entry;
    const [code, width] = entry.slice(character.length).split(":").map(Number) as [number, number];
    return [character, { code, width }] as const;
  }),
);

/**
 * A text in runs of one font each. A letter that no font has is drawn without its accent, or else as a question mark.
 * @returns `whole` is false where a letter is not drawn as it is
 */
export function runsOf(text: string, weight: "regular" | "bold"): { readonly runs: readonly Run[]; readonly whole: boolean } {
  const runs: { font: Font; bytes: number[]; width: number }[] = [];
  let whole = true;
  const put = (font: Font, code: number, width: number) => {
    const last = runs.at(-1)?.font === font ? runs.at(-1)! : { font, bytes: [], width: 0 };
    if (last.bytes.length === 0) runs.push(last);
    last.bytes.push(code);
    last.width += width / 1000;
  };
  const known = (character: string): boolean => {
    const code = codeOf(character);
    const symbol = symbols.get(character);
    if (code !== undefined) put(weight, code, widths[weight][code - 32]!);
    else if (symbol) put("symbol", symbol.code, symbol.width);
    return code !== undefined || symbol !== undefined;
  };
  for (const character of text.normalize("NFC")) {
    if (known(character)) continue;
    whole = false;
    const plain = character.normalize("NFKD").replaceAll(/\p{Mark}/gu, "");
    const drawn = plain !== "" && [...plain].every((one) => codeOf(one) !== undefined) ? plain : "?";
    for (const one of drawn) known(one);
  }
  return { runs, whole };
}

/** In code page 1252; undefined of what it lacks. */
function codeOf(character: string): number | undefined {
  const point = character.codePointAt(0)!;
  if ((point >= 32 && point < 127) || (point >= 160 && point < 256)) return point;
  const high = character === "-" ? -1 : HIGH.indexOf(character);
  return high < 0 ? undefined : 128 + high;
}
