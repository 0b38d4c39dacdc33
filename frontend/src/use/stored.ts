/** What this browser remembers under a name; undefined when it has nothing or forbids storage. */
export function readStored(name: string): string | undefined {
  try {
    return localStorage.getItem(`restmapper.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a text in this browser where it can be; undefined forgets. */
export function writeStored(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`restmapper.${name}`);
    else localStorage.setItem(`restmapper.${name}`, value);
  } catch {
    // Forbidden or full: the choice holds until the page is closed.
  }
}
