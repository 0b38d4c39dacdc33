import { RequestError } from '@restmapper/core';

export interface Caught {
  readonly status: number;
  readonly code: string;
  readonly pointers: readonly string[];
}

/** The error that a function throws; fails when it throws none. */
export function catchProblem(act: () => unknown): Caught {
  try {
    act();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return {
      status: error.status,
      code: error.code,
      pointers: error.violations.map(({ pointer }) => pointer),
    };
  }
  throw new Error('nothing was thrown');
}
