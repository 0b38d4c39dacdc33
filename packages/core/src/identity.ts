import { isUtf8 } from 'node:buffer';

/**
 * The caller, as passed to workers in the envelope.
 *
 * ```json
 * {"subject":"u1","scheme":"users","scopes":["orders:write"],"claims":{"tenant":"t1"}}
 * ```
 */
export interface Identity {
  /** The caller's name within its scheme; unique only there. */
  readonly subject: string;
  /** The scheme of `endpoints.yaml` that authenticated the caller. */
  readonly scheme: string;
  /** The scopes granted to the caller. */
  readonly scopes: readonly string[];
  /** The claims that the scheme passes on. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Reads the `identity` of an envelope.
 *
 * @throws SyntaxError if it is invalid.
 */
export function parseIdentity(json: Buffer): Identity {
  if (!isUtf8(json)) throw new SyntaxError('the identity is not UTF-8');
  const value: unknown = JSON.parse(json.toString());
  if (!isObject(value)) throw new SyntaxError('the identity is not an object');
  const { subject, scheme, scopes, claims } = value;
  if (typeof subject !== 'string') throw new SyntaxError('the identity has no subject');
  if (typeof scheme !== 'string') throw new SyntaxError('the identity has no scheme');
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string')) {
    throw new SyntaxError('the scopes of the identity are not a list of strings');
  }
  if (!isObject(claims)) throw new SyntaxError('the claims of the identity are not an object');
  return { subject, scheme, scopes, claims };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
