import type { Scheme } from '../model/auth.ts';
import { readDuration } from '../yaml/amounts.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { SchemePlace } from './scheme-spec.ts';
import { formKeys, forms, type SignatureForm } from './signature-forms.ts';
import { type ContentPart, parseContent } from './signed-content.ts';

/** A signature of the body by a shared secret, in a header. */
export interface HmacScheme extends Scheme, Omit<SignatureForm, 'content'> {
  readonly kind: 'hmac';
  /** What is signed, in order. */
  readonly content: readonly ContentPart[];
  /** Any of them may have signed; at least one. */
  readonly secrets: readonly string[];
  /** How far the time of a signature may be from now. */
  readonly toleranceMs: number;
  /** The subject of the sender's identity. */
  readonly subject: string;
  readonly scopes: readonly string[];
}

/** An `hmac` as written. */
export interface RawHmac extends Partial<Omit<SignatureForm, 'syntax' | 'secretEncoding'>> {
  readonly form?: keyof typeof forms;
  readonly secrets?: readonly string[];
  readonly tolerance?: string;
  readonly subject?: string;
  readonly scopes?: readonly string[];
}

const minSecretBytes = { utf8: 16, base64: 24 };

/** Completes an `hmac` with every default. */
export function readHmac(raw: RawHmac, place: SchemePlace): HmacScheme {
  const { name, pointer, report } = place;
  const form = raw.form === undefined ? readForm(raw) : readNamedForm(raw, forms[raw.form], place);
  const content = parseContent(form.content);
  const fault = typeof content === 'string' ? content : contentFault(content, form);
  if (fault !== undefined) report.atValue(extendPointer(pointer, 'content'), fault);
  if (raw.tolerance !== undefined && form.timestampHeader === undefined) {
    report.atKey(extendPointer(pointer, 'tolerance'), '`tolerance` does nothing: the signature has no time');
  }
  if (raw.algorithm === 'sha1') {
    const note = '`sha1` is deprecated, although its HMAC is not broken; use `sha256` if the sender can';
    report.noteAtKey(extendPointer(pointer, 'algorithm'), note);
  }
  const tolerance = { text: raw.tolerance, absent: '5m', pointer: extendPointer(pointer, 'tolerance') };
  return {
    ...form,
    kind: 'hmac',
    name,
    content: typeof content === 'string' ? [] : content,
    secrets: readSecrets(raw.secrets ?? [], form, place),
    toleranceMs: readDuration({ ...tolerance, least: '1s', most: '1h' }, report),
    subject: raw.subject ?? name,
    scopes: raw.scopes ?? [],
  };
}

function readForm(raw: RawHmac): SignatureForm {
  const { header = '', timestampHeader, idHeader } = raw;
  return {
    syntax: 'single',
    header,
    algorithm: raw.algorithm ?? 'sha256',
    encoding: raw.encoding ?? 'hex',
    prefix: raw.prefix ?? '',
    timestampHeader,
    idHeader,
    content: raw.content ?? (timestampHeader === undefined ? '{body}' : '{timestamp}.{body}'),
    secretEncoding: 'utf8',
  };
}

function readNamedForm(raw: RawHmac, form: SignatureForm, { pointer, report }: SchemePlace): SignatureForm {
  for (const key of formKeys) {
    if (raw[key] !== undefined) {
      report.atKey(extendPointer(pointer, key), `\`${key}\` is given by the form \`${raw.form}\``);
    }
  }
  return form;
}

/** A time or an id that is not signed can be exchanged by anyone who has seen a call. */
function contentFault(
  content: readonly ContentPart[],
  { timestampHeader, idHeader }: SignatureForm,
): string | undefined {
  const values = content.flatMap((part) => ('value' in part ? part.value : []));
  if (!values.includes('body')) return '`content` must include `{body}`, or any body would pass';
  if (new Set(values).size < values.length) return '`content` must include each value once';
  const hasTime = values.includes('timestamp');
  if (hasTime && timestampHeader === undefined) return '`{timestamp}` needs a `timestampHeader`';
  if (!hasTime && timestampHeader !== undefined) {
    return '`content` must include `{timestamp}`, or any time would pass';
  }
  return values.includes('id') && idHeader === undefined ? '`{id}` needs an `idHeader`' : undefined;
}

/** An empty secret is that of a variable which is set only during a change. */
function readSecrets(
  raw: readonly string[],
  { secretEncoding }: SignatureForm,
  { pointer, report }: SchemePlace,
): readonly string[] {
  const place = extendPointer(pointer, 'secrets');
  for (const [index, secret] of raw.entries()) {
    const fault = secret === '' ? undefined : hmacSecretFault(secret, secretEncoding);
    if (fault !== undefined) report.atValue(extendPointer(place, index), `a secret ${fault}`);
  }
  const secrets = raw.filter((secret) => secret !== '');
  if (secrets.length === 0 && raw.length > 0) report.atValue(place, 'all secrets are empty');
  return secrets;
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Describes why a text is not a shared secret of webhooks. */
function hmacSecretFault(secret: string, encoding: 'utf8' | 'base64'): string | undefined {
  const least = minSecretBytes[encoding];
  if (encoding === 'utf8') {
    return Buffer.byteLength(secret) < least ? `must have at least ${least} bytes` : undefined;
  }
  const text = secret.replace(/^whsec_/, '');
  const isLong = base64.test(text) && Buffer.from(text, 'base64').length >= least;
  return isLong ? undefined : `must be base64 of at least ${least} bytes, after \`whsec_\``;
}
