/**
 * How wide a text is in Helvetica, about, in parts of its size: there is no canvas to measure on.
 *
 * @module
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) {
    if (/[ijl.,:;'|!I[\]ftr()/ -]/.test(letter)) width += 0.32;
    else if (/[mwMW@%±…—]/.test(letter)) width += 0.9;
    else width += /[A-Z]/.test(letter) ? 0.7 : 0.57;
  }
  return width;
}
