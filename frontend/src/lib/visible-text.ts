/**
 * Characters that change the direction of text or are invisible: bidirectional controls, zero-width spaces,
 * C1 controls. Joiners are excluded, since emoji and some scripts need them.
 *
 * @see https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
const invisible = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text with invisible characters as JSON escapes: `\u202e`. In a JSON string the value is the same. */
export function showInvisible(text: string): string {
  return text.replaceAll(
    invisible,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
