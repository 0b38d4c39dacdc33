/** A value stored for this tab until it is closed; undefined without one, or if storage is forbidden. */
export function readSession(name: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(`restmapper.${name}`) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** Stores a value for this tab if possible; undefined removes it. */
export function writeSession(name: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(`restmapper.${name}`);
    else sessionStorage.setItem(`restmapper.${name}`, JSON.stringify(value));
  } catch {
    // Forbidden or full: the value lasts until the page is left.
  }
}
