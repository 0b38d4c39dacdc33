import { cloudEventMediaType, RequestError } from '@restmapper/core';
import { type Endpoint, SchemaCompiler } from '@restmapper/endpoints';
import { createFormatReaders } from './body-formats.ts';
import { createTypeFinder } from './consumed-type.ts';
import { tooLarge } from './data-reader.ts';
import { headerLinesOf } from './header-lines.ts';
import { createHeadersReader } from './headers-reader.ts';
import { defaultLimits } from './limits.ts';

/** Headers and body of a request that is about to be sent. */
export interface OutgoingContent {
  /** As Node's `rawHeaders`: names and values in turn, each byte of a value a character. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer | undefined;
}

/**
 * Finds the reasons for which a gateway with default limits would refuse a request's headers or body.
 *
 * A CloudEvent in structured mode is not judged.
 */
export function judgeContent(endpoint: Endpoint, content: OutgoingContent): readonly RequestError[] {
  const { rawHeaders } = content;
  const readHeaders = createHeadersReader(endpoint, new SchemaCompiler());
  return [
    ...refusalOf(() => readHeaders({ rawHeaders: [...rawHeaders] })),
    ...refusalOf(() => judgeBody(endpoint, content)),
  ];
}

/** @throws RequestError as the reader of bodies does. */
function judgeBody(endpoint: Endpoint, { rawHeaders, body }: OutgoingContent): void {
  if (body === undefined) return;
  const { body: schema, consumes, maxBodyBytes, delivery } = endpoint;
  if (schema === undefined) throw invalid('is not taken by this endpoint');
  const type = headerLinesOf(rawHeaders).get('content-type')?.at(-1);
  if (delivery.cloudEvents && type?.startsWith(cloudEventMediaType)) return;
  const { format } = createTypeFinder(consumes)({
    headers: type === undefined ? {} : { 'content-type': type },
  });
  if (body.length > maxBodyBytes) throw tooLarge(maxBodyBytes);
  const readers = createFormatReaders(schema, { compiler: new SchemaCompiler(), limits: defaultLimits });
  const { violations } = readers[format](body);
  if (violations.length > 0) throw new RequestError(422, 'INVALID_BODY', { violations });
}

function invalid(detail: string): RequestError {
  return new RequestError(422, 'INVALID_BODY', { violations: [{ pointer: '', detail }] });
}

function refusalOf(read: () => unknown): readonly RequestError[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof RequestError) return [error];
    throw error;
  }
}
