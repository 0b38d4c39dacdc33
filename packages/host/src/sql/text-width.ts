/** Characters that most terminals show in two columns. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
/** Characters that are shown on the one before. */
const narrow = /\p{Mark}|\u200d/u;

/** How many columns of a terminal a text takes; an estimate, as terminals differ. */
export function widthOf(text: string): number {
  // Most texts need no estimate.
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  return Array.from(text).reduce((width, character) => width + widthOfCharacter(character), 0);
}

/** Cuts a text that takes more columns, and marks it. */
export function cutText(text: string, maxWidth: number): string {
  if (widthOf(text) <= maxWidth) return text;
  let width = 1;
  let cut = '';
  for (const character of text) {
    width += widthOfCharacter(character);
    if (width > maxWidth) break;
    cut += character;
  }
  return `${cut}…`;
}

function widthOfCharacter(character: string): number {
  if (narrow.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
