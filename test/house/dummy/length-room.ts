import { decodeEnvelope } from '@restmapper/bus';
import type { HandlerRoom } from '@restmapper/workers';
import { workOnEach } from '../../../packages/workers/src/work/work.ts';

/** Implements the handler `length`. */
export const lengthRoom: HandlerRoom = {
  check: async () => {},
  prepare: async () => {},
  open: async (_worker, { gate }) =>
    workOnEach(async ({ body }) => {
      const { data } = decodeEnvelope(body);
      return { reply: Buffer.from(String(data.length)) };
    }, gate),
};
