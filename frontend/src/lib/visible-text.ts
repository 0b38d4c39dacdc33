/**
 * What changes the direction of text, or takes no room: marks and embeddings of bidirectional text, zero-width
 * blanks, the C1 controls. Joiners are left out: emoji and some scripts need them.
 *
 * @see https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
const invisible = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text with what cannot be seen written as JSON may write it: `\u202e`. In a JSON string it is the same value. */
export function showInvisible(text: string): string {
  return text.replaceAll(
    invisible,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
