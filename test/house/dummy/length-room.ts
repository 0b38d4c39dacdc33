import { decodeEnvelope } from '@restmapper/bus';
import type { HandlerRoom } from '@restmapper/workers';
import { workOnEach } from '../../../packages/workers/src/work/work.ts';

/** Implements the handler `length`. */
export const lengthRoom: HandlerRoom = {
  check: async () => {},
  prepare: async () => {},
  open: async ({ use }, { gate }) =>
    workOnEach(async ({ body }) => {
      const { data } = decodeEnvelope(body);
      const perByte = Reflect.get(use, 'unit') === 'bits' ? 8 : 1;
      return { reply: Buffer.from(String(data.length * perByte)) };
    }, gate),
};
