/** How senders of webhooks sign. */
export interface SignatureForm {
  /**
   * What the header holds: one signature after the `prefix`; `t=<time>,v1=<signature>,…`; or signatures
   * separated by spaces, each after the `prefix`.
   */
  readonly syntax: 'single' | 'stripe' | 'list';
  /** The header with the signature. */
  readonly header: string;
  readonly algorithm: 'sha256' | 'sha512' | 'sha1';
  readonly encoding: 'hex' | 'base64';
  readonly prefix: string;
  /** The header with the time of the signature; absent: it has none. */
  readonly timestampHeader: string | undefined;
  /** The header with the id of the delivery; absent: it has none. */
  readonly idHeader: string | undefined;
  /** What is signed, with `{body}`, `{timestamp}` and `{id}`. */
  readonly content: string;
  /** How a secret becomes a key; `base64` may begin with `whsec_`. */
  readonly secretEncoding: 'utf8' | 'base64';
}

/** The keys of the file that a form by name makes needless. */
export const formKeys = [
  'algorithm',
  'encoding',
  'prefix',
  'timestampHeader',
  'idHeader',
  'content',
] as const;

/** @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
const github: SignatureForm = {
  syntax: 'single',
  header: 'x-hub-signature-256',
  algorithm: 'sha256',
  encoding: 'hex',
  prefix: 'sha256=',
  timestampHeader: undefined,
  idHeader: 'x-github-delivery',
  content: '{body}',
  secretEncoding: 'utf8',
};

/** @see https://docs.stripe.com/webhooks#verify-manually */
const stripe: SignatureForm = {
  syntax: 'stripe',
  header: 'stripe-signature',
  algorithm: 'sha256',
  encoding: 'hex',
  prefix: 'v1=',
  timestampHeader: 'stripe-signature',
  idHeader: undefined,
  content: '{timestamp}.{body}',
  secretEncoding: 'utf8',
};

/** @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const standardWebhooks: SignatureForm = {
  syntax: 'list',
  header: 'webhook-signature',
  algorithm: 'sha256',
  encoding: 'base64',
  prefix: 'v1,',
  timestampHeader: 'webhook-timestamp',
  idHeader: 'webhook-id',
  content: '{id}.{timestamp}.{body}',
  secretEncoding: 'base64',
};

/** The forms that have a name in the file. */
export const forms = { github, stripe, 'standard-webhooks': standardWebhooks } as const;
