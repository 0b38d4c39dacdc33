import type { IncomingMessage } from 'node:http';
import { requestError } from '@restmapper/core';
import { sendContinue } from '@restmapper/restmapper';

/** Reads the body of a request. @throws RequestError BODY_TOO_LARGE */
export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  sendContinue(request);
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A stream without an encoding yields buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw requestError('BODY_TOO_LARGE', { detail: `more than ${maxBytes} bytes` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
