import { TooMuchWork } from './run.ts';
import type { Violation } from '@restmapper/core';

/** Converts stack overflows and exceeded step limits, which a value can cause, to violations. */
export function guard(judge: () => readonly Violation[]): readonly Violation[] {
  try {
    return judge();
  } catch (error) {
    if (error instanceof RangeError) return [{ pointer: '', detail: 'is nested too deeply' }];
    if (error instanceof TooMuchWork) {
      return [{ pointer: '', detail: 'takes more work to check than its size allows' }];
    }
    throw error;
  }
}
