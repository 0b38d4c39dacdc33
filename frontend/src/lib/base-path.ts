/** The path of the API: as the server that serves this page says, else as a proxy has it. */
export function basePathOf(page: Pick<Document, 'querySelector'> | undefined = globalThis.document): string {
  const given = page?.querySelector('meta[name="base-path"]')?.getAttribute('content') ?? '';
  return /^(?:\/[\w.~-]+)+$/.test(given) ? given : '/api/v1';
}
