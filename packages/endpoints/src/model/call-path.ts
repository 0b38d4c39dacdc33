import { jsonAt } from '@restmapper/core';

/** The parts of a call that a path can begin with. */
export const callParts = ['params', 'args', 'data', 'headers', 'identity'] as const;
export type CallPart = (typeof callParts)[number] | 'messageId';

/**
 * The place of a value in a call, as the file names it: `params.id`, `args.limit`, `data`, `data.customer.name`,
 * `headers.if-match`, `identity.subject`, `identity.claims.tenant`.
 */
export interface CallPath {
  /** The path as written. */
  readonly text: string;
  readonly part: CallPart;
  /** The names of members below the part. */
  readonly names: readonly string[];
}

/** The id of the message that a call becomes; only templates of answers have it. */
export const messageIdPath: CallPath = { text: 'messageId', part: 'messageId', names: [] };

const form =
  'a value of the call is `params.NAME`, `args.NAME`, `data`, `data.NAME`, `headers.NAME` or `identity.subject`';

/** Parses a path, or describes its mistake. */
export function parseCallPath(text: string): CallPath | string {
  const [first = '', ...names] = text.split('.');
  const part = callParts.find((known) => known === first);
  if (!part || names.includes('') || /\p{Cc}/u.test(text))
    return `\`${text}\` does not name a value of a call; ${form}`;
  // Names of headers have no case.
  const path = { text, part, names: part === 'headers' ? names.map((name) => name.toLowerCase()) : names };
  return depthFault(path) ?? path;
}

function depthFault({ text, part, names }: CallPath): string | undefined {
  const [first, ...rest] = names;
  switch (part) {
    case 'data':
      return undefined;
    case 'identity': {
      const isMember = (first === 'subject' || first === 'scheme') && rest.length === 0;
      const isClaim = first === 'claims' && rest.length === 1;
      if (isMember || isClaim) return undefined;
      return `\`${text}\` does not name a value of an identity; these are \`identity.subject\`, \`identity.scheme\` or \`identity.claims.NAME\``;
    }
    default:
      return names.length === 1 ? undefined : `\`${text}\` must be \`${part}.NAME\``;
  }
}

/** The parts of a call, as JSON. */
export type CallValues = { readonly [part in CallPart]?: Buffer | undefined };

/** The JSON of a value of a call, as the original bytes; `undefined` if the call does not have it. */
export function valueAt({ part, names }: CallPath, call: CallValues): Buffer | undefined {
  const json = call[part];
  return json && jsonAt(json, names);
}
