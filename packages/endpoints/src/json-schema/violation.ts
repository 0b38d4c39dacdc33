export { maxViolations } from '@restmapper/core';

/** The maximum length of a pointer or detail reported to a caller. */
const maxTextLength = 512;

/** One step of an RFC 6901 pointer. */
export function pointerStep(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Truncates a text whose length a caller or a schema controls. */
export function bounded(text: string): string {
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength - 1)}…`;
}
