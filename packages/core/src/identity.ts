import { isUtf8 } from 'node:buffer';

/**
 * Who calls, as the envelope tells workers.
 *
 * ```json
 * {"subject":"u1","scheme":"users","scopes":["orders:write"],"claims":{"tenant":"t1"}}
 * ```
 */
export interface Identity {
  /** Who it is, in the words of the scheme; two schemes may have the same. */
  readonly subject: string;
  /** The scheme of `endpoints.yaml` that knows the caller. */
  readonly scheme: string;
  /** What the caller may do. */
  readonly scopes: readonly string[];
  /** What else the scheme was asked to tell. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Reads the `identity` of an envelope.
 *
 * @throws SyntaxError when it is none.
 */
export function parseIdentity(json: Buffer): Identity {
  if (!isUtf8(json)) throw new SyntaxError('the identity is not UTF-8');
  const value: unknown = JSON.parse(json.toString());
  if (!isObject(value)) throw new SyntaxError('the identity is no object');
  const { subject, scheme, scopes, claims } = value;
  if (typeof subject !== 'string') throw new SyntaxError('the identity has no subject');
  if (typeof scheme !== 'string') throw new SyntaxError('the identity has no scheme');
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string')) {
    throw new SyntaxError('the scopes of the identity are no list of texts');
  }
  if (!isObject(claims)) throw new SyntaxError('the claims of the identity are no object');
  return { subject, scheme, scopes, claims };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
