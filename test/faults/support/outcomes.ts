import { BusError } from '@restmapper/bus';

/** The code of the BusError that a promise rejects with; empty when it resolves. */
export function codeOf(settling: Promise<unknown>): Promise<string> {
  return settling.then(
    () => '',
    (error: unknown) => {
      if (error instanceof BusError) return error.code;
      throw error;
    },
  );
}
