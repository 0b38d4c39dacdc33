/** A text stored in this browser; undefined without one, or if storage is forbidden. */
export function readStored(name: string): string | undefined {
  try {
    return localStorage.getItem(`restmapper.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Stores a text in this browser if possible; undefined removes it. */
export function writeStored(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`restmapper.${name}`);
    else localStorage.setItem(`restmapper.${name}`, value);
  } catch {
    // Forbidden or full: the text lasts until the page is closed.
  }
}
