import { readJwt, type JwtScheme, type RawJwt } from './jwt-reader.ts';
import { jwtSchema } from './jwt-schema.ts';
import { defineScheme } from './scheme-spec.ts';

/** Callers with a token signed by an identity provider. */
export const jwt = defineScheme<JwtScheme, RawJwt>({
  key: 'jwt',
  schema: jwtSchema,
  read: readJwt,
  openApi: ({ issuer, audience }) => ({
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: `A token of ${issuer} for ${audience}.`,
  }),
  claimsOf: ({ claims }) => claims,
  urlsOf: ({ keys }) => (keys.kind === 'jwks' ? [keys.url] : []),
});
