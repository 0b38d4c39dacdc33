/** How a caller authenticates by one scheme. */
export interface SchemeNote {
  readonly name: string;
  /** The header that the caller sends: `authorization: Bearer <token>`. */
  readonly header: string;
  /** Markdown; empty if the scheme says no more. */
  readonly description: string;
}

/** Reads what callers send from the security schemes of an OpenAPI document, by name. */
export function readSchemeNotes(schemes: Readonly<Record<string, unknown>>): readonly SchemeNote[] {
  return Object.entries(schemes).map(([name, value]) => {
    // Untrusted: its members are checked one by one.
    const { description, ...scheme } = (value ?? {}) as Readonly<Record<string, unknown>>;
    return {
      name,
      header: headerOf(scheme),
      description: typeof description === 'string' ? description : '',
    };
  });
}

function headerOf(scheme: Readonly<Record<string, unknown>>): string {
  const { type, name } = scheme;
  if (type === 'http' && scheme['scheme'] === 'bearer') return 'authorization: Bearer <token>';
  if (type === 'http' && scheme['scheme'] === 'basic') return 'authorization: Basic <name and password>';
  if (type === 'apiKey' && typeof name === 'string') {
    return `${name.toLowerCase()}: ${name.toLowerCase() === 'cookie' ? '<your session>' : '<key>'}`;
  }
  return typeof type === 'string' ? type : 'unknown';
}
