/** Most violations told to a caller. */
export const maxViolations = 50;

/** Longest pointer and detail told to a caller. */
const maxTextLength = 512;

/** One step of an RFC 6901 pointer. */
export function pointerStep(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Cuts a text that a caller or a schema may have made as long as it likes. */
export function bounded(text: string): string {
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength - 1)}…`;
}
