/** What this tab remembers under a name until it is closed; undefined when it has nothing or forbids storage. */
export function readSession(name: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(`restmapper.${name}`) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a value in this tab where it can be; undefined forgets. */
export function writeSession(name: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(`restmapper.${name}`);
    else sessionStorage.setItem(`restmapper.${name}`, JSON.stringify(value));
  } catch {
    // Forbidden or full: it holds until the page is left.
  }
}
