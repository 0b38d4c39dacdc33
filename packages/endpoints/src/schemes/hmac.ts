import { type HmacScheme, type RawHmac, readHmac } from './hmac-reader.ts';
import { hmacSchema } from './hmac-schema.ts';
import { defineScheme } from './scheme-spec.ts';

/** Senders of webhooks, which sign the body by a shared secret. */
export const hmac = defineScheme<HmacScheme, RawHmac>({
  key: 'hmac',
  schema: hmacSchema,
  read: readHmac,
  signsBody: true,
  headersOf: ({ header }) => [header.toLowerCase()],
  openApi: (scheme) => ({
    type: 'apiKey',
    in: 'header',
    name: scheme.header,
    description: describe(scheme),
  }),
  claimsOf: () => [],
});

function describe({ algorithm, encoding, prefix, content, syntax, timestampHeader }: HmacScheme): string {
  const signed = content.map((part) => ('text' in part ? part.text : `{${part.value}}`)).join('');
  const hash = algorithm.toUpperCase().replace('SHA', 'SHA-');
  const written = encoding === 'hex' ? 'hexadecimal' : 'base64';
  const time = timestampHeader === undefined ? '' : ', where `{timestamp}` is in seconds since 1970';
  const value = syntax === 'stripe' ? 't={timestamp},v1={signature}' : `${prefix}{signature}`;
  return `The HMAC-${hash} of \`${signed}\` by a shared secret, in ${written}${time}: \`${value}\`.`;
}
