import { RequestError } from '@restmapper/core';
import { reply as replyWith } from '@restmapper/workers';
import type { Stub } from './raw-case-file.ts';
import type { StubReply } from './test-system.ts';

/** What a stub of a case answers. @throws TypeError, RangeError if HTTP cannot carry it. */
export function toStubReply({ reply, status, type, headers, error }: Stub): StubReply {
  if (error) {
    const { status, code, detail } = error;
    return new RequestError(status, code, { ...(detail !== undefined && { detail }) });
  }
  return replyWith(reply, {
    ...(status !== undefined && { status }),
    ...(type !== undefined && { type }),
    ...(headers && { headers }),
  });
}
