import { scalarText } from '@restmapper/core';
import { type CallPath, type CallValues, parseCallPath, valueAt } from './call-path.ts';

/** Text with values of a call in it, such as `order.{params.region}.{data.kind}`. */
export interface CallTemplate {
  /** Literal text and paths, in order. */
  readonly parts: readonly (string | CallPath)[];
}

/** Parses a template, or describes its mistake. Braces always enclose a path; there is no escape. */
export function parseCallTemplate(text: string): CallTemplate | string {
  const parts: (string | CallPath)[] = [];
  for (const [piece, inner] of text.matchAll(/\{([^{}]*)\}|[^{}]+|[{}]/g)) {
    if (piece === '{' || piece === '}') return `\`${text}\` has a \`${piece}\` without its counterpart`;
    const part = inner === undefined ? piece : parseCallPath(inner);
    if (inner !== undefined && typeof part === 'string') return part;
    parts.push(part);
  }
  return { parts };
}

/** The text of a template, as written. */
export function formatTemplate({ parts }: CallTemplate): string {
  return parts.map((part) => (typeof part === 'string' ? part : `{${part.text}}`)).join('');
}

/** The paths of a template. */
export function pathsOf({ parts }: CallTemplate): readonly CallPath[] {
  return parts.filter((part) => typeof part !== 'string');
}

/** A filled-in template, or the path whose value is missing, or is not a string, number or boolean. */
export type FilledTemplate = { readonly text: string } | { readonly missing: CallPath };

/** Fills in a template; each value is encoded so that it stays one value. */
export function fillTemplate(
  { parts }: CallTemplate,
  call: CallValues,
  encode: (value: string) => string,
): FilledTemplate {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const json = valueAt(part, call);
    const value = json && scalarText(json);
    if (value === undefined) return { missing: part };
    text += encode(value);
  }
  return { text };
}
