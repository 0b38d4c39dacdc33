export { openAuthenticator } from './authenticator.ts';
export type { Authenticator, AuthenticatorOptions } from './authenticator.ts';
export type { Credentials } from './credentials.ts';
export { sha256 } from './digest.ts';
export { Origins } from './origins.ts';
export type { OriginRules } from './origins.ts';
export { hashPassword, isPasswordOf } from './password-hash.ts';
export { nobody, AuthFailure } from './principal.ts';
export type { Caller, Principal } from './principal.ts';
