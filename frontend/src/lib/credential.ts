/** A header by which the page may show who calls. */
export interface CredentialField {
  /** In lower case; no two fields have the same. */
  readonly header: string;
  /** A token goes behind `Bearer`; a key stands alone. */
  readonly kind: 'token' | 'key';
  /** The schemes of the file that look at it. */
  readonly schemes: readonly string[];
}

/** What somebody put in, by header. */
export type Given = Readonly<Record<string, string>>;

const placeholders = { token: 'Bearer <token>', key: '<key>' } as const;

/** The headers that show who calls: those of the fields for which there is something. */
export function credentialHeaders(fields: readonly CredentialField[], given: Given): Given {
  return Object.fromEntries(
    fields.flatMap(({ header, kind }) => {
      const secret = given[header];
      if (secret === undefined) return [];
      return [[header, kind === 'token' ? `Bearer ${secret}` : secret] as const];
    }),
  );
}

/** The same with nothing secret in it, to be shown; where nothing was given, for one field that would do. */
export function placeholderHeaders(fields: readonly CredentialField[], given: Given): Given {
  const known = fields.filter(({ header }) => given[header] !== undefined);
  const shown = known.length > 0 ? known : fields.slice(0, 1);
  return Object.fromEntries(shown.map(({ header, kind }) => [header, placeholders[kind]]));
}

/** The fields that a caller of these schemes may use. */
export function fieldsOf(
  fields: readonly CredentialField[],
  schemes: readonly string[],
): readonly CredentialField[] {
  return fields.filter((field) => field.schemes.some((scheme) => schemes.includes(scheme)));
}

/** What was pasted, without what stands around it; undefined when no header could carry it. */
export function parseSecret(text: string): string | undefined {
  const secret = text.trim().replace(/^Bearer\s+/i, '');
  return /^[\x21-\x7e]*$/.test(secret) ? secret : undefined;
}
