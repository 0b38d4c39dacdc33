const fullRounds = 20;

const rounds = parseRounds(process.env['FAULT_ROUNDS']);

/** Long enough for the longest of the fault tests, the soak, in a run of this many rounds. */
export const faultTimeoutMs = 120_000 * rounds;

export interface Sizes {
  /** In one round, as part of `npm test`. */
  readonly short: number;
  /** In twenty rounds. */
  readonly full: number;
}

/** The size of a fault test's load, which grows linearly with the rounds of the run. */
export function sized({ short, full }: Sizes): number {
  return Math.round(short + ((full - short) * (rounds - 1)) / (fullRounds - 1));
}

function parseRounds(text = '1'): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new Error(`FAULT_ROUNDS must be a number from 1 to 9999, not ${JSON.stringify(text)}`);
}
