/** Imports a module a second time, as in a process that loads a package twice. */
export async function importCopy<Module>(url: string): Promise<Module> {
  return (await import(`${url}?copy`)) as Module;
}
