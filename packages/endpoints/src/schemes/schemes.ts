import type { Scheme, SchemeKind } from '../model/auth.ts';
import { apiKey } from './api-key.ts';
import { basic } from './basic.ts';
import { forward } from './forward.ts';
import { hmac } from './hmac.ts';
import { jwt } from './jwt.ts';
import type { SchemeSpec } from './scheme-spec.ts';

export type { ApiClient, ApiKeyScheme } from './api-key.ts';
export type { BasicScheme, BasicUser } from './basic.ts';
export type { ForwardScheme } from './forward.ts';
export type { HmacScheme } from './hmac-reader.ts';
export type { JwtKeys, JwtScheme } from './jwt-reader.ts';

/** Every kind of scheme. */
export const schemes: Readonly<Record<SchemeKind, SchemeSpec>> = { jwt, apiKey, basic, forward, hmac };

/** The claims of a scheme's callers; undefined if they are known only once files are read. */
export function claimsOf(scheme: Scheme): readonly string[] | undefined {
  return schemes[scheme.kind].claimsOf?.(scheme);
}

/** Whether a scheme's credentials sign the body of a call. */
export function signsBody({ kind }: Pick<Scheme, 'kind'>): boolean {
  return schemes[kind].signsBody === true;
}

/** The headers that carry a scheme's credentials, besides `Authorization`. */
export function credentialHeadersOf(scheme: Scheme): readonly string[] {
  return schemes[scheme.kind].headersOf?.(scheme) ?? [];
}

/** The URLs that a scheme calls. */
export function urlsOf(scheme: Scheme): readonly string[] {
  return schemes[scheme.kind].urlsOf?.(scheme) ?? [];
}
