/** A header that can carry the user's credentials. */
export interface CredentialField {
  /** In lower case; unique among the fields. */
  readonly header: string;
  /** A token follows `Bearer`; a key is sent alone. */
  readonly kind: 'token' | 'key';
  /** The schemes of the file that read it. */
  readonly schemes: readonly string[];
}

/** The user's credentials, by header. */
export type Given = Readonly<Record<string, string>>;

const placeholders = { token: 'Bearer <token>', key: '<key>' } as const;

/** The headers with credentials, for all fields that have a value. */
export function credentialHeaders(fields: readonly CredentialField[], given: Given): Given {
  return Object.fromEntries(
    fields.flatMap(({ header, kind }) => {
      const secret = given[header];
      if (secret === undefined) return [];
      return [[header, kind === 'token' ? `Bearer ${secret}` : secret] as const];
    }),
  );
}

/** The same with placeholders for secrets; without any credentials, a placeholder for one suitable field. */
export function placeholderHeaders(fields: readonly CredentialField[], given: Given): Given {
  const known = fields.filter(({ header }) => given[header] !== undefined);
  const shown = known.length > 0 ? known : fields.slice(0, 1);
  return Object.fromEntries(shown.map(({ header, kind }) => [header, placeholders[kind]]));
}

/** The fields that these schemes accept. */
export function fieldsOf(
  fields: readonly CredentialField[],
  schemes: readonly string[],
): readonly CredentialField[] {
  return fields.filter((field) => field.schemes.some((scheme) => schemes.includes(scheme)));
}

/** The pasted credential without its surroundings; undefined if no header could carry it. */
export function parseSecret(text: string): string | undefined {
  const secret = text.trim().replace(/^Bearer\s+/i, '');
  return /^[\x21-\x7e]*$/.test(secret) ? secret : undefined;
}
