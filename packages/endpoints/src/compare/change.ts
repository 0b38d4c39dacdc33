import type { Finding, Severity } from './schema/finding.ts';

/** A difference of two API descriptions. */
export interface Change {
  readonly severity: Severity;
  /** `POST /orders`; absent if it concerns the whole API. */
  readonly endpoint?: string;
  /** Where in the endpoint: `body /amount`. */
  readonly place?: string;
  readonly message: string;
}

/** Findings as changes of one place; paths are written as `/items/*`. */
export function changesAt(place: string, findings: readonly Finding[]): readonly Change[] {
  return findings.map(({ severity, path, message }) => ({
    severity,
    place: path.length === 0 ? place : `${place} /${path.join('/')}`,
    message,
  }));
}
