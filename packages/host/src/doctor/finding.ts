import { asError, within } from '@restmapper/core';

/** The result of one check. */
export interface Finding {
  /** What was checked: `node`, `broker`. */
  readonly check: string;
  /** `problem`: it would keep the process from working. */
  readonly level: 'ok' | 'warning' | 'problem';
  readonly message: string;
  /** What to do, unless it is ok. */
  readonly advice?: string;
}

/** A check by its name. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<readonly Omit<Finding, 'check'>[]> | readonly Omit<Finding, 'check'>[];
}

/** Runs checks beside each other; resolves in their order. One that fails, or is late, is a problem. */
export async function runChecks(checks: readonly Check[], timeoutMs: number): Promise<readonly Finding[]> {
  const found = await Promise.all(
    checks.map(async ({ name, run }) => {
      const late = (): Error => new Error(`the check did not end within ${timeoutMs / 1000} s`);
      const running = Promise.resolve().then(run);
      const findings = await within(late, running, { timeoutMs }).catch((error: unknown) => [
        { level: 'problem' as const, message: asError(error).message },
      ]);
      return findings.map((finding) => ({ check: name, ...finding }));
    }),
  );
  return found.flat();
}
