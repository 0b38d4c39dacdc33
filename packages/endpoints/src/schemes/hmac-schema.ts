import type { JsonObject } from '../model/json.ts';

/** The keys of `hmac`, as JSON Schema draft-07. */
export const hmacSchema: JsonObject = {
  title: 'HMAC',
  description:
    'A signature of the body by a shared secret, as senders of webhooks make it. Only for endpoints with a `body`.',
  type: 'object',
  required: ['secrets'],
  oneOf: [{ required: ['form'] }, { required: ['header'] }],
  oneOfErrorMessage: 'needs exactly one of `form` and `header`',
  additionalProperties: false,
  properties: {
    secrets: {
      title: 'Secrets',
      description:
        'The shared secrets: one, or several during a change; empty ones are ignored. Each is 16 bytes or more; in the form `standard-webhooks`, base64 of 24 bytes or more after `whsec_`. Write them as `${VAR}`.',
      type: 'array',
      minItems: 1,
      maxItems: 4,
      items: { type: 'string' },
      examples: [['${WEBHOOK_SECRET}', '${OLD_WEBHOOK_SECRET:-}']],
    },
    form: {
      title: 'Form',
      description:
        'How the sender signs: like GitHub, Stripe, or [Standard Webhooks](https://www.standardwebhooks.com). The following keys up to `content` describe any other form.',
      enum: ['github', 'stripe', 'standard-webhooks'],
      examples: ['github'],
    },
    header: {
      $ref: '#/definitions/headerName',
      title: 'Header',
      description: 'The header that carries the signature.',
      examples: ['x-shop-hmac-sha256'],
    },
    algorithm: {
      title: 'Algorithm',
      description:
        'The hash function: `sha256`, `sha512`, or `sha1` for senders that have no better one. Only with `header`.',
      enum: ['sha256', 'sha512', 'sha1'],
      default: 'sha256',
      examples: ['sha512'],
    },
    encoding: {
      title: 'Encoding',
      description: 'How the signature is written: `hex` or `base64`. Only with `header`.',
      enum: ['hex', 'base64'],
      default: 'hex',
      examples: ['base64'],
    },
    prefix: {
      title: 'Prefix',
      description: 'What precedes the signature in its header. Only with `header`. Absent: nothing.',
      type: 'string',
      minLength: 1,
      maxLength: 64,
      examples: ['v0='],
    },
    timestampHeader: {
      $ref: '#/definitions/headerName',
      title: 'Timestamp header',
      description:
        'The header with the time of the signature, in seconds since 1970. Only with `header`. Absent: signatures never expire.',
      examples: ['x-request-timestamp'],
    },
    idHeader: {
      $ref: '#/definitions/headerName',
      title: 'Id header',
      description:
        'The header with the id of the delivery, by which one that is sent again is the same message. Only with `header`. Absent: each call is a new message.',
      examples: ['x-delivery-id'],
    },
    content: {
      title: 'Content',
      description:
        'What is signed: text with `{body}`, `{timestamp}` and `{id}`. Only with `header`. Absent: `{timestamp}.{body}` with a `timestampHeader`, else `{body}`.',
      type: 'string',
      maxLength: 256,
      examples: ['v0:{timestamp}:{body}'],
    },
    tolerance: {
      $ref: '#/definitions/duration',
      title: 'Tolerance',
      description:
        'How far the time of the signature may be from now, before or after: 1s to 1h. Not where the signature has no time.',
      default: '5m',
      examples: ['1m'],
    },
    subject: {
      title: 'Subject',
      description: "The `subject` of the sender's identity. Absent: the name of the scheme.",
      type: 'string',
      minLength: 1,
      maxLength: 256,
      pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*$',
      patternErrorMessage: 'must have no control characters',
      examples: ['stripe-live'],
    },
    scopes: {
      $ref: '#/definitions/scopes',
      title: 'Scopes',
      description: 'The scopes that the sender has.',
      default: [],
      examples: [['payments:write']],
    },
  },
  examples: [{ form: 'github', secrets: ['${GITHUB_WEBHOOK_SECRET}'] }],
};
