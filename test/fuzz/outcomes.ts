import { readFileSync } from 'node:fs';
import type { Answer } from './answers.ts';

/** The statuses and codes of the tables in a document, as `404 NOT_FOUND`. */
function documentedIn(file: string): readonly string[] {
  const text = readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  return rows.flatMap((row) => {
    const status = /\| *(\d{3})\b/.exec(row)?.[1];
    const codes = [...row.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code);
    return codes.map((code) => `${status} ${code}`);
  });
}

const documented = new Set([...documentedIn('wire-protocol.md'), ...documentedIn('live-updates.md')]);

/** Details that belong only in the log. */
const internals = /node_modules|\.[jt]s:\d+|\bat [\w.<>]+ \(|ECONN|amqp|postgres|ajv|koa\b/i;

/**
 * The outcome of an answer, such as `200` or `404 NOT_FOUND`.
 *
 * @throws Error when it is undocumented, or reveals internals.
 */
export function outcomeOf({ status, headers, body }: Answer): string {
  if (status < 400) return String(status);
  if (body === '') return `${status} without a body`;
  if (headers.get('content-type') !== 'application/problem+json')
    throw new Error(`no problem: ${status} ${body}`);
  const problem = JSON.parse(Buffer.from(body, 'latin1').toString()) as Readonly<Record<string, unknown>>;
  const outcome = `${status} ${String(problem['code'])}`;
  if (!documented.has(outcome)) throw new Error(`not documented: ${outcome} ${body}`);
  if (problem['status'] !== status || typeof problem['requestId'] !== 'string')
    throw new Error(`odd: ${body}`);
  if (internals.test(body)) throw new Error(`tells too much: ${body}`);
  return outcome;
}

/** How often each outcome was seen. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(outcome: string): void {
    this.#counts.set(outcome, this.of(outcome) + 1);
  }

  of(outcome: string): number {
    return this.#counts.get(outcome) ?? 0;
  }

  get all(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
