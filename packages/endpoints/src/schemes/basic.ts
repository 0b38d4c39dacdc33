import type { JsonObject } from '../model/json.ts';
import type { Scheme } from '../model/auth.ts';
import type { ClaimValues } from './claim-values.ts';
import { defineScheme, pathSchema } from './scheme-spec.ts';
import { type ContentSource, contentSourceOf } from './source.ts';

/** A name and a password in `Authorization: Basic`. */
export interface BasicScheme extends Scheme {
  readonly kind: 'basic';
  readonly users: ContentSource<readonly BasicUser[]>;
}

export interface BasicUser {
  readonly name: string;
  /** `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, in the PHC string format. */
  readonly password: string;
  readonly scopes: readonly string[];
  readonly claims: ClaimValues;
}

interface RawBasic {
  readonly users?: RawUsers;
  readonly usersFile?: string;
}

export type RawUsers = Readonly<Record<string, Partial<Omit<BasicUser, 'name'>>>>;

const schema: JsonObject = {
  title: 'Basic',
  description:
    "A name and a password in `Authorization: Basic`; this file knows only the password's scrypt hash.",
  type: 'object',
  oneOf: [{ required: ['users'] }, { required: ['usersFile'] }],
  oneOfErrorMessage: 'needs exactly one of `users` and `usersFile`',
  additionalProperties: false,
  properties: {
    users: {
      $ref: '#/definitions/users',
      title: 'Users',
      description: 'The users, by name, which is the `subject` of their identity.',
      examples: [{ ana: { password: '${ANA_PASSWORD_HASH}' } }],
    },
    usersFile: pathSchema(
      'Users file',
      'A YAML or JSON file that holds `users`, relative to this one; reread when it changes.',
      './secrets/users.yaml',
    ),
  },
  examples: [{ usersFile: './secrets/users.yaml' }],
};

const users: JsonObject = {
  title: 'Users',
  description: 'Users with passwords, by name.',
  type: 'object',
  minProperties: 1,
  maxProperties: 1000,
  propertyNames: {
    pattern: '^[^:\\x00-\\x1f\\x7f]{1,128}$',
    patternErrorMessage: 'must be 1 to 128 characters, without `:` and control characters',
  },
  additionalProperties: {
    type: 'object',
    required: ['password'],
    additionalProperties: false,
    properties: {
      password: {
        title: 'Password hash',
        description: "The password's scrypt hash, as `restmapper password` prints it.",
        type: 'string',
        pattern: '^\\$scrypt\\$ln=(1[4-9]|20),r=8,p=[1-9]\\$[A-Za-z0-9+/]{22,64}\\$[A-Za-z0-9+/]{43}$',
        patternErrorMessage: 'must be a scrypt hash, as `restmapper password` prints it',
        examples: ['${ANA_PASSWORD_HASH}'],
      },
      scopes: {
        $ref: '#/definitions/scopes',
        title: 'Scopes',
        description: 'The scopes that the user has.',
        default: [],
        examples: [['orders:read']],
      },
      claims: {
        $ref: '#/definitions/claimValues',
        title: 'Claims',
        description: 'Further claims of the user.',
        default: {},
        examples: [{ tenant: 'acme' }],
      },
    },
  },
};

/** Users who send a name and a password. */
export const basic = defineScheme<BasicScheme, RawBasic>({
  key: 'basic',
  schema,
  definitions: { users },
  read: ({ users = {}, usersFile }, { name, directory }) => ({
    kind: 'basic',
    name,
    users: contentSourceOf(readUsers(users), usersFile, directory),
  }),
  openApi: () => ({ type: 'http', scheme: 'basic' }),
});

/** Reads users by name. */
export function readUsers(raw: RawUsers): readonly BasicUser[] {
  return Object.entries(raw).map(([name, { password = '', scopes = [], claims = {} }]) => ({
    name,
    password,
    scopes,
    claims,
  }));
}
