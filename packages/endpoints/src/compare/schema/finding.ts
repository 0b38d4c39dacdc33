/** Whether callers of the older API can use the newer one. */
export type Severity = 'breaking' | 'unclear' | 'compatible';

/** Whether values travel to the API or from it. */
export type Direction = 'request' | 'response';

/** A difference of two schemas. */
export interface Finding {
  readonly severity: Severity;
  /** The names on the way to the value, `*` for any item or other property. */
  readonly path: readonly string[];
  readonly message: string;
}

/** The newer schema accepts fewer values: callers may send one that is refused now. */
export function narrowed(direction: Direction, message: string): Finding {
  return { severity: direction === 'request' ? 'breaking' : 'compatible', path: [], message };
}

/** The newer schema accepts more values: callers may receive one that they do not expect. */
export function widened(direction: Direction, message: string): Finding {
  return { severity: direction === 'response' ? 'breaking' : 'compatible', path: [], message };
}

export function breaking(message: string): Finding {
  return { severity: 'breaking', path: [], message };
}

export function compatible(message: string): Finding {
  return { severity: 'compatible', path: [], message };
}

export function unclear(message: string): Finding {
  return { severity: 'unclear', path: [], message };
}

/** The findings about a part of a value. */
export function below(step: string, findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) => ({ ...finding, path: [step, ...finding.path] }));
}
