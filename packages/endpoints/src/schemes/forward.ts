import type { JsonObject } from '../model/json.ts';
import type { Scheme } from '../model/auth.ts';
import { readDuration } from '../yaml/amounts.ts';
import { extendPointer } from '../yaml/pointer.ts';
import { defineScheme } from './scheme-spec.ts';

/** An auth service, called with some of the caller's headers. */
export interface ForwardScheme extends Scheme {
  readonly kind: 'forward';
  readonly url: string;
  readonly headers: readonly string[];
  readonly subjectHeader: string;
  readonly scopeHeader: string | undefined;
  /** The response header with a claim, by the claim's name. */
  readonly claimHeaders: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

interface RawForward {
  readonly url?: string;
  readonly headers?: readonly string[];
  readonly subject?: string;
  readonly scopeHeader?: string;
  readonly claims?: Readonly<Record<string, string>>;
  readonly timeout?: string;
}

const schema: JsonObject = {
  title: 'Forward',
  description:
    "An auth service of yours, called with some of the caller's headers. A 2xx with a `subject` accepts the caller; 401 and 403 refuse it.",
  type: 'object',
  required: ['url', 'headers', 'subject'],
  additionalProperties: false,
  properties: {
    url: {
      $ref: '#/definitions/url',
      title: 'URL',
      description: 'The URL of the auth service, called with GET.',
      examples: ['http://sessions:9000/verify'],
    },
    headers: {
      title: 'Headers',
      description:
        "The caller's headers that are passed on, such as `[cookie]`. A caller that sends none of them is refused without calling the service.",
      type: 'array',
      minItems: 1,
      maxItems: 16,
      uniqueItems: true,
      items: {
        $ref: '#/definitions/headerName',
      },
      examples: [['cookie']],
    },
    subject: {
      $ref: '#/definitions/headerName',
      title: 'Subject',
      description: 'The response header with the `subject`.',
      examples: ['x-user'],
    },
    scopeHeader: {
      $ref: '#/definitions/headerName',
      title: 'Scope header',
      description: 'The response header with the scopes, separated by spaces. Absent: no scopes.',
      examples: ['x-scopes'],
    },
    claims: {
      title: 'Claims',
      description: 'Claims and the response headers that hold them, as `claim: header`.',
      type: 'object',
      maxProperties: 32,
      additionalProperties: {
        $ref: '#/definitions/headerName',
      },
      default: {},
      examples: [
        {
          tenant: 'x-tenant',
        },
      ],
    },
    timeout: {
      $ref: '#/definitions/duration',
      title: 'Timeout',
      description: 'How long the service may take to respond: 50ms to 30s. After that, the caller gets 503.',
      default: '2s',
      examples: ['500ms'],
    },
  },
  examples: [
    {
      url: 'http://sessions:9000/verify',
      headers: ['cookie'],
      subject: 'x-user',
    },
  ],
};

/** An external service that authenticates the caller. */
export const forward = defineScheme<ForwardScheme, RawForward>({
  key: 'forward',
  schema,
  read: (raw, { name, pointer, report }) => {
    const timeout = { text: raw.timeout, absent: '2s', pointer: extendPointer(pointer, 'timeout') };
    return {
      kind: 'forward',
      name,
      url: raw.url ?? '',
      headers: raw.headers ?? [],
      subjectHeader: raw.subject ?? '',
      scopeHeader: raw.scopeHeader,
      claimHeaders: raw.claims ?? {},
      timeoutMs: readDuration({ ...timeout, least: '50ms', most: '30s' }, report),
    };
  },
  headersOf: ({ headers }) => headers,
  openApi: ({ headers }) => ({
    type: 'apiKey',
    in: 'header',
    name: headers[0],
    description: `A service decides by ${headers.join(', ')}.`,
  }),
  claimsOf: ({ claimHeaders }) => Object.keys(claimHeaders),
  urlsOf: ({ url }) => [url],
});
