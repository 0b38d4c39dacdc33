import type { JsonObject } from '../model/json.ts';
import type { Scheme } from '../model/auth.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { ClaimValues } from './claim-values.ts';
import { defineScheme, pathSchema } from './scheme-spec.ts';
import { type ContentSource, contentSourceOf } from './source.ts';

/** A random key in a header. */
export interface ApiKeyScheme extends Scheme {
  readonly kind: 'apiKey';
  readonly header: string;
  readonly clients: ContentSource<readonly ApiClient[]>;
}

export interface ApiClient {
  readonly name: string;
  /** The SHA-256 of each key, in hexadecimal; one, or two during a change. */
  readonly keys: readonly string[];
  readonly scopes: readonly string[];
  readonly claims: ClaimValues;
}

interface RawApiKey {
  readonly header?: string;
  readonly clients?: RawClients;
  readonly clientsFile?: string;
}

export type RawClients = Readonly<Record<string, Partial<Omit<ApiClient, 'name'>>>>;

const schema: JsonObject = {
  title: 'API key',
  description: 'A random key in a header; this file knows only its SHA-256.',
  type: 'object',
  oneOf: [{ required: ['clients'] }, { required: ['clientsFile'] }],
  oneOfErrorMessage: 'needs exactly one of `clients` and `clientsFile`',
  additionalProperties: false,
  properties: {
    header: {
      $ref: '#/definitions/headerName',
      title: 'Header',
      description: 'The header that carries the key.',
      default: 'x-api-key',
      examples: ['x-api-key'],
    },
    clients: {
      $ref: '#/definitions/clients',
      title: 'Clients',
      description: 'The clients, by name, which is the `subject` of their identity.',
      examples: [
        {
          reporting: {
            keys: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
            scopes: ['orders:read'],
          },
        },
      ],
    },
    clientsFile: pathSchema(
      'Clients file',
      'A YAML or JSON file that holds `clients`, relative to this one; reread when it changes.',
      './secrets/clients.yaml',
    ),
  },
  examples: [{ clientsFile: './secrets/clients.yaml' }],
};

const clients: JsonObject = {
  title: 'Clients',
  description: 'Clients with API keys, by name.',
  type: 'object',
  minProperties: 1,
  maxProperties: 1000,
  propertyNames: {
    pattern: '^[\\w.@-]{1,128}$',
    patternErrorMessage: 'must be 1 to 128 letters, digits, `_`, `.`, `@` or `-`',
  },
  additionalProperties: {
    type: 'object',
    required: ['keys'],
    additionalProperties: false,
    properties: {
      keys: {
        title: 'Keys',
        description:
          'The SHA-256 of each key, in hexadecimal: one, or two during a change. `restmapper key` makes a key and its hash.',
        type: 'array',
        minItems: 1,
        maxItems: 2,
        uniqueItems: true,
        items: {
          type: 'string',
          pattern: '^[0-9a-f]{64}$',
          patternErrorMessage: 'must be a SHA-256 in lower-case hexadecimal, as `restmapper key` prints it',
        },
        examples: [['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08']],
      },
      scopes: {
        $ref: '#/definitions/scopes',
        title: 'Scopes',
        description: 'The scopes that the client has.',
        default: [],
        examples: [['orders:read']],
      },
      claims: {
        $ref: '#/definitions/claimValues',
        title: 'Claims',
        description: 'Further claims of the client.',
        default: {},
        examples: [{ tenant: 'acme' }],
      },
    },
  },
};

/** Clients that send a random key in a header. */
export const apiKey = defineScheme<ApiKeyScheme, RawApiKey>({
  key: 'apiKey',
  schema,
  definitions: { clients },
  read: ({ header = 'x-api-key', clients = {}, clientsFile }, { name, pointer, directory, report }) => {
    const listed = readClients(clients, extendPointer(pointer, 'clients'), report);
    return { kind: 'apiKey', name, header, clients: contentSourceOf(listed, clientsFile, directory) };
  },
  headersOf: ({ header }) => [header],
  openApi: ({ header }) => ({ type: 'apiKey', in: 'header', name: header }),
});

/** Reads clients by name; reports a key shared by two of them, since it would be ambiguous. */
export function readClients(raw: RawClients, pointer: string, report: Report): readonly ApiClient[] {
  const owners = new Map<string, string>();
  for (const [name, { keys = [] }] of Object.entries(raw)) {
    for (const [index, key] of keys.entries()) {
      const owner = owners.get(key);
      if (owner !== undefined) {
        report.atValue(
          extendPointer(pointer, name, 'keys', index),
          `the client \`${owner}\` has this key already`,
        );
      }
      owners.set(key, name);
    }
  }
  return Object.entries(raw).map(([name, { keys = [], scopes = [], claims = {} }]) => ({
    name,
    keys,
    scopes,
    claims,
  }));
}
