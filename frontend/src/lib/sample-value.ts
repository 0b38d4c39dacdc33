type Keywords = Readonly<Record<string, unknown>>;

/** One valid value for each format of JSON Schema 2020-12. */
const samples: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  duration: 'P1D',
  email: 'name@example.com',
  'idn-email': 'name@example.com',
  hostname: 'example.com',
  'idn-hostname': 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  'uri-reference': '/path',
  iri: 'https://example.com/',
  'iri-reference': '/path',
  'uri-template': '/items/{id}',
  uuid: '00000000-0000-4000-8000-000000000000',
  'json-pointer': '/path',
  'relative-json-pointer': '0',
  regex: '^.*$',
};

/** A string in the schema's format; empty without a format, for the user to fill in. */
export function sampleText({ format }: Keywords): string {
  return (typeof format === 'string' && Object.hasOwn(samples, format) && samples[format]) || '';
}

/** The number nearest to zero that satisfies the schema's bounds and `multipleOf`, if there is one. */
export function sampleNumber(keywords: Keywords, isInteger: boolean): number {
  const step = numberOf(keywords, 'multipleOf') ?? (isInteger ? 1 : undefined);
  const low = boundOf(keywords, ['minimum', 'exclusiveMinimum'], Math.max);
  const high = boundOf(keywords, ['maximum', 'exclusiveMaximum'], Math.min);
  if (isAbove(0, low) && isAbove(0, high && { ...high, value: -high.value })) return 0;
  if (low !== undefined && low.value >= 0) return nextFrom(low, { step, limit: high?.value });
  if (high === undefined) return 0;
  const mirrored = { ...high, value: -high.value };
  return -nextFrom(mirrored, { step, limit: low === undefined ? undefined : -low.value });
}

interface Bound {
  readonly value: number;
  readonly isExclusive: boolean;
}

function boundOf(
  keywords: Keywords,
  [inclusive, exclusive]: readonly [string, string],
  strictest: (...values: number[]) => number,
): Bound | undefined {
  const [at, beyond] = [numberOf(keywords, inclusive), numberOf(keywords, exclusive)];
  if (at === undefined && beyond === undefined) return undefined;
  const value = strictest(...[at, beyond].filter((bound) => bound !== undefined));
  return { value, isExclusive: value === beyond };
}

function isAbove(value: number, bound: Bound | undefined): boolean {
  if (bound === undefined) return true;
  return bound.isExclusive ? value > bound.value : value >= bound.value;
}

/** The first number from a bound that is not negative upwards. */
function nextFrom(
  { value, isExclusive }: Bound,
  { step, limit }: { readonly step: number | undefined; readonly limit: number | undefined },
): number {
  if (step !== undefined) {
    const steps = Math.ceil(value / step);
    return tidy(isExclusive && steps * step <= value ? (steps + 1) * step : steps * step);
  }
  if (!isExclusive) return value;
  return limit === undefined || limit > value + 1 ? value + 1 : (value + limit) / 2;
}

/** 3 times 0.1 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(15));
}

function numberOf(keywords: Keywords, name: string): number | undefined {
  const value = keywords[name];
  return typeof value === 'number' ? value : undefined;
}
