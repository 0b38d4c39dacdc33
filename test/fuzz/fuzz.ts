import { type Arbitrary, array, assert, asyncProperty } from 'fast-check';

/** Roughly how many requests each run sends in all; the runs of the suite are short. */
export const totalRequests = readNumber('FUZZ_REQUESTS') ?? 1_500;

/** The seed of the generated requests: the same seed generates the same requests. */
export const seed = readNumber('FUZZ_SEED') ?? Date.now() % 1_000_000_000;

export const fuzzTimeoutMs = 120_000 + totalRequests * 20;

const atOnce = 48;
const samples = 12;
/** This many batches share a seed; their cases are released after that. */
const batches = 10;

export interface FuzzOptions<T> {
  /** The minimum number of requests to send. */
  readonly requests: number;
  /** Sends one; throws when the answer is invalid. */
  readonly send: (one: T) => Promise<void>;
  /** The number of requests in one case. @default 1 */
  readonly sizeOf?: (one: T) => number;
  /** Called a dozen times, evenly spaced. */
  readonly sample: () => Promise<void>;
}

/**
 * Sends generated cases, several at a time; resolves with the number of requests.
 *
 * @throws Error that contains the first failing case.
 */
export async function fuzz<T>(
  cases: Arbitrary<T>,
  { requests, send, sizeOf = () => 1, sample }: FuzzOptions<T>,
): Promise<number> {
  const done = { requests: 0, samples: 0 };
  const batch = array(cases, { minLength: 1, maxLength: atOnce, size: 'max' });
  const property = asyncProperty(batch, async (batch) => {
    await Promise.all(batch.map((one) => send(one).catch((error: unknown) => fail(one, error))));
    done.requests += batch.reduce((sum, one) => sum + sizeOf(one), 0);
    if (done.requests < (done.samples * requests) / samples) return;
    done.samples += 1;
    await sample();
  });
  for (let round = 0; done.requests < requests; round += 1) {
    await assert(property, { seed: seed + round, numRuns: batches, endOnFailure: true });
  }
  return done.requests;
}

function fail(one: unknown, cause: unknown): never {
  const text = JSON.stringify(one, (_name, value: unknown) =>
    isBytes(value) ? Buffer.from(value.data).toString('latin1') : value,
  );
  throw new Error(`${String(cause)}, after ${text.slice(0, 4_000)}`, { cause });
}

/** Whether it is a buffer in its JSON form. */
function isBytes(value: unknown): value is { readonly type: 'Buffer'; readonly data: number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
}

function readNumber(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${name} must be a whole number, not ${JSON.stringify(text)}`);
}
