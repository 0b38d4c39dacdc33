import type { HmacScheme } from '@restmapper/endpoints';
import { type Credentials, headerOf } from '../caller/credentials.ts';
import { AuthFailure } from '../caller/principal.ts';

/** What the headers of a signed call say. */
export interface Signature {
  /** Decoded, each as long as a digest; one of them must be right. */
  readonly candidates: readonly Buffer[];
  /** As sent: it is part of what is signed. */
  readonly timestamp: string | undefined;
  readonly id: string | undefined;
}

/** Senders sign once for each secret, of which they have two during a change. */
const maxSignatures = 16;

const digestBytes = { sha1: 20, sha256: 32, sha512: 64 } as const;
const seconds = /^\d{1,11}$/;
const printable = /^[!-~]{1,255}$/;

/**
 * Reads the signature of a call from its headers.
 *
 * @throws AuthFailure `invalid` if a header is missing, malformed or repeated, or if the time is not now.
 */
export function readSignature(credentials: Credentials, scheme: HmacScheme, nowEpochMs: number): Signature {
  const header = headerOf(credentials, scheme.header) ?? '';
  const fields = scheme.syntax === 'stripe' ? splitPairs(header) : undefined;
  const texts = fields?.signatures ?? (scheme.syntax === 'list' ? header.split(' ') : [header]);
  const candidates = texts.flatMap((text) => decode(text, scheme) ?? []);
  if (candidates.length === 0) throw invalid(`${scheme.header} has no signature of the expected form`);
  if (candidates.length > maxSignatures) {
    throw invalid(`${scheme.header} has more than ${maxSignatures} signatures`);
  }
  const timestamp =
    fields?.timestamp ?? (scheme.timestampHeader && headerOf(credentials, scheme.timestampHeader));
  if (scheme.timestampHeader !== undefined) checkTime(timestamp, scheme, nowEpochMs);
  return { candidates, timestamp, id: readId(credentials, scheme) };
}

/** Splits `t=1492774577,v1=5257a8…,v1=…`; other versions are ignored. */
function splitPairs(header: string): { readonly timestamp: string; readonly signatures: readonly string[] } {
  const pairs = header.split(',').map((pair) => pair.trim());
  const times = pairs.filter((pair) => pair.startsWith('t='));
  return {
    // Of two times, only one would be checked.
    timestamp: times.length === 1 ? String(times[0]).slice(2) : '',
    signatures: pairs.filter((pair) => !pair.startsWith('t=')),
  };
}

/** `Buffer.from` skips what is not hexadecimal or base64, so what it returns is compared with the text. */
function decode(text: string, { prefix, encoding, algorithm }: HmacScheme): Buffer | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const length = digestBytes[algorithm];
  const encoded = text.slice(prefix.length);
  if (encoded.length > 2 * length) return undefined;
  const decoded = Buffer.from(encoded, encoding);
  const isExact = decoded.toString(encoding) === (encoding === 'hex' ? encoded.toLowerCase() : encoded);
  return isExact && decoded.length === length ? decoded : undefined;
}

function checkTime(text: string | undefined, { toleranceMs }: HmacScheme, nowEpochMs: number): void {
  if (text === undefined || !seconds.test(text)) throw invalid('the time of the signature is missing');
  const ageMs = nowEpochMs - Number(text) * 1000;
  if (ageMs > toleranceMs) throw invalid('the signature is too old');
  if (ageMs < -toleranceMs) throw invalid('the time of the signature is in the future');
}

/** The id is optional unless it is signed. */
function readId(credentials: Credentials, { idHeader, content }: HmacScheme): string | undefined {
  if (idHeader === undefined) return undefined;
  const id = headerOf(credentials, idHeader);
  const isSigned = content.some((part) => 'value' in part && part.value === 'id');
  if (id === undefined && !isSigned) return undefined;
  if (id === undefined || !printable.test(id)) throw invalid(`${idHeader} is missing or malformed`);
  return id;
}

function invalid(reason: string): AuthFailure {
  return new AuthFailure('invalid', reason);
}
