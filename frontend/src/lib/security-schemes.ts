import type { CredentialField } from './credential.ts';

/** Set only by the browser, never by a page. */
const ownOfBrowsers = 'cookie';

/**
 * Reads the headers that carry credentials from the security schemes of an OpenAPI document.
 *
 * Passwords are not included: browsers prompt for them.
 */
export function readCredentialFields(schemes: Readonly<Record<string, unknown>>): readonly CredentialField[] {
  const fields = new Map<string, CredentialField>();
  for (const [name, value] of Object.entries(schemes)) {
    const read = readScheme(value);
    if (read === undefined) continue;
    const { kind, schemes = [] } = fields.get(read.header) ?? {};
    const isToken = read.kind === 'token' || kind === 'token';
    const field = {
      header: read.header,
      kind: isToken ? 'token' : 'key',
      schemes: [...schemes, name],
    } as const;
    fields.set(read.header, field);
  }
  return [...fields.values()];
}

function readScheme(value: unknown): Pick<CredentialField, 'header' | 'kind'> | undefined {
  // Untrusted: its members are checked one by one.
  const { type, scheme, in: place, name } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (type === 'http' && scheme === 'bearer') return { header: 'authorization', kind: 'token' };
  if (type !== 'apiKey' || place !== 'header' || typeof name !== 'string') return undefined;
  const header = name.toLowerCase();
  return header === ownOfBrowsers ? undefined : { header, kind: 'key' };
}
