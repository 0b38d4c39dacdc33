import type { JsonObject } from '../model/json.ts';
import { pathSchema } from './scheme-spec.ts';

/** The schema of the content under `jwt`. */
export const jwtSchema: JsonObject = {
  title: 'JSON Web Token',
  description:
    'A token that an identity provider signed, in `Authorization: Bearer`. It must have `exp` and `sub`.',
  type: 'object',
  required: ['issuer', 'audience', 'algorithms'],
  oneOf: [
    {
      required: ['jwks'],
    },
    {
      required: ['key'],
    },
    {
      required: ['keyFile'],
    },
  ],
  oneOfErrorMessage: 'needs exactly one of `jwks`, `key` and `keyFile`',
  additionalProperties: false,
  properties: {
    issuer: {
      title: 'Issuer',
      description: 'The required `iss`, letter by letter.',
      type: 'string',
      minLength: 1,
      examples: ['https://id.example/'],
    },
    audience: {
      title: 'Audience',
      description: 'The value that `aud` must be or contain.',
      type: 'string',
      minLength: 1,
      examples: ['orders'],
    },
    algorithms: {
      title: 'Algorithms',
      description:
        'The accepted signature algorithms: `RS256` to `RS512`, `PS256` to `PS512`, `ES256` to `ES512`, `EdDSA`; or, with a shared secret, `HS256`, `HS384`, `HS512`. Never both kinds.',
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: {
        enum: [
          'RS256',
          'RS384',
          'RS512',
          'PS256',
          'PS384',
          'PS512',
          'ES256',
          'ES384',
          'ES512',
          'EdDSA',
          'HS256',
          'HS384',
          'HS512',
        ],
      },
      examples: [['RS256'], ['ES256', 'EdDSA']],
    },
    jwks: {
      $ref: '#/definitions/url',
      title: 'Key set',
      description:
        "The URL of the provider's keys (a JSON Web Key Set). A token without `kid` is tried with each key that fits its algorithm.",
      examples: ['https://id.example/.well-known/jwks.json'],
    },
    cooldown: {
      $ref: '#/definitions/duration',
      title: 'Cooldown',
      description:
        'The minimum time between two fetches of `jwks`, whatever keys tokens name: 1s to 1h. Only with `jwks`.',
      default: '30s',
      examples: ['1m'],
    },
    maxAge: {
      $ref: '#/definitions/duration',
      title: 'Largest age',
      description:
        'How long fetched keys stay trusted while refetching fails: 1m to 24h. They are refetched after half of it. Only with `jwks`.',
      default: '10m',
      examples: ['1h'],
    },
    key: {
      title: 'Key',
      description:
        'The public key in PEM or as a JWK, or the shared secret of HS256, HS384 or HS512: at least 32, 48 or 64 bytes. Write it as `${VAR}`.',
      type: 'string',
      minLength: 1,
      examples: ['${JWT_KEY}'],
    },
    keyFile: pathSchema(
      'Key file',
      'A file that holds the `key`, relative to this one; reread when it changes.',
      './secrets/jwt.pem',
    ),
    clockTolerance: {
      $ref: '#/definitions/duration',
      title: 'Clock tolerance',
      description: 'The tolerated clock skew of the provider: 0s to 5m.',
      default: '0s',
      examples: ['5s'],
    },
    scopeClaim: {
      title: 'Scope claim',
      description: 'The claim with the scopes: text with spaces between them, or a list.',
      type: 'string',
      minLength: 1,
      default: 'scope',
      examples: ['permissions'],
    },
    claims: {
      title: 'Claims',
      description: 'The claims that are passed to workers and that feeds filter by.',
      type: 'array',
      maxItems: 32,
      uniqueItems: true,
      items: {
        type: 'string',
        minLength: 1,
        maxLength: 64,
      },
      default: [],
      examples: [['tenant']],
    },
    deniedFile: pathSchema(
      'Denied tokens',
      'A file with the `jti` of each revoked token, one per line; reread when it changes. Every token must then have a `jti`. Absent: none.',
      './denied-tokens.txt',
    ),
  },
  examples: [
    {
      issuer: 'https://id.example/',
      audience: 'orders',
      algorithms: ['RS256'],
      jwks: 'https://id.example/jwks.json',
    },
  ],
};
