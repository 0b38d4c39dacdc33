const millisecondsIn = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const bytesIn = { B: 1, KB: 1000, MB: 1_000_000, GB: 1_000_000_000 } as const;

/** Parses `500ms`, `10s`, `2m` or `1h` into milliseconds; undefined for other texts. */
export function parseDuration(text: string): number | undefined {
  return parseAmount(text, millisecondsIn);
}

/** Parses `512B`, `64KB`, `1MB` or `2GB` into bytes, by powers of 1000; undefined for other texts. */
export function parseSize(text: string): number | undefined {
  return parseAmount(text, bytesIn);
}

/** A whole number directly followed by a unit. */
function parseAmount(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit = ''] = /^(\d+)([A-Za-z]+)$/.exec(text) ?? [];
  if (digits === undefined || !Object.hasOwn(units, unit)) return undefined;
  const amount = Number(digits) * (units[unit] ?? Number.NaN);
  return Number.isSafeInteger(amount) ? amount : undefined;
}
