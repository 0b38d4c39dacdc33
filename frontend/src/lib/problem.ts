/** The parts of an API error (RFC 9457) that the page shows. */
export interface Problem {
  readonly title: string;
  readonly status: number | undefined;
  readonly detail: string | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
}

/** Thrown for an unsuccessful answer. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail ?? problem.title, options);
    this.problem = problem;
  }
}

/** Reads the body of a failed answer; any content yields a problem. */
export function parseProblem(status: number, body: string): Problem {
  const fields = readObject(body);
  return {
    title: text(fields['title']) ?? `HTTP ${status}`,
    status,
    detail: text(fields['detail']),
    code: text(fields['code']),
    requestId: text(fields['requestId']),
    errors: Array.isArray(fields['errors']) ? fields['errors'].flatMap(readViolation) : [],
  };
}

/** The problem of an exception; anything but a {@link ProblemError} means that there was no answer. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return createProblem('No answer', error instanceof Error ? error.message : String(error));
}

/** Whether the same request may succeed a little later. */
export function mayPass({ status }: Problem): boolean {
  return status === undefined || status >= 500 || status === 429;
}

/** A problem detected by the page itself. */
export function createProblem(title: string, detail: string): Problem {
  return { title, status: undefined, detail, code: undefined, requestId: undefined, errors: [] };
}

function readViolation(value: unknown): Problem['errors'] {
  if (typeof value !== 'object' || value === null) return [];
  const { pointer, detail } = value as { pointer?: unknown; detail?: unknown };
  return [{ pointer: text(pointer) ?? '', detail: text(detail) ?? '' }];
}

function readObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
