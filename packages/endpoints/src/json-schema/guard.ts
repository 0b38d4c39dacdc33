import { TooMuchWork } from './run.ts';
import type { Violation } from '@restmapper/core';

/** Turns running out of stack or steps, which a value can cause, into a violation. */
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
