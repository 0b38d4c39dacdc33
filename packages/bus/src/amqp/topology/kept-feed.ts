import type { Refused } from '../connection/asking.ts';
import type { BrokerQueue } from './topology-plan.ts';

type Arguments = BrokerQueue['arguments'];

/**
 * Arguments that only affect how long a stream keeps messages: readers and publishers do not depend on them.
 */
const retention: ReadonlySet<string> = new Set([
  'x-max-age',
  'x-max-length-bytes',
  'x-stream-max-segment-size-bytes',
]);

export interface KeptFeedOptions {
  /** The broker's refusal of the requested arguments. */
  readonly refused: Refused;
  readonly assert: (args: Arguments) => Promise<Refused | undefined>;
}

/**
 * Checks whether a refused stream differs only in its age and size, by declaring it with its current ones;
 * returns the difference, or else the broker's refusal.
 */
export async function declareAsItIs(
  wanted: Arguments,
  { refused, assert }: KeptFeedOptions,
): Promise<Refused | { readonly difference: string }> {
  const found = new Map<string, string | number | undefined>();
  let last = refused;
  while (found.size < retention.size) {
    const { argument, current } = readDifference(last.error.message) ?? {};
    if (argument === undefined || !retention.has(argument) || found.has(argument)) return last;
    found.set(argument, valueOf(argument, current));
    const args = Object.entries({ ...wanted, ...Object.fromEntries(found) });
    const kept = args.filter((entry): entry is [string, string | number] => entry[1] !== undefined);
    const still = await assert(Object.fromEntries(kept));
    if (!still) return { difference: describe(wanted, found) };
    last = still;
  }
  return last;
}

/**
 * Reads a refusal: RabbitMQ names one argument that differs, and its current value: `'60s'`, `the value '60' of type 'long'`
 * or `none`.
 */
export function readDifference(
  message: string,
): { argument: string; current: string | undefined } | undefined {
  const match = /inequivalent arg '([^']+)'.* but current is (?:none|(?:the value )?'([^']*)')/s.exec(
    message,
  );
  return match?.[1] === undefined ? undefined : { argument: match[1], current: match[2] };
}

/** RabbitMQ 4.3 reports the age in milliseconds, but accepts it only with a unit. */
function valueOf(argument: string, current: string | undefined): string | number | undefined {
  if (current === undefined) return undefined;
  if (argument !== 'x-max-age') return Number(current);
  return /^\d+$/.test(current) ? `${Number(current) / 1000}s` : current;
}

function describe(wanted: Arguments, found: ReadonlyMap<string, string | number | undefined>): string {
  const differences = [...found].map(
    ([argument, value]) => `${argument} is ${value ?? 'not set'}, and should be ${wanted[argument]}`,
  );
  return differences.join('; ');
}
