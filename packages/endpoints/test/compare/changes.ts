import { compareOpenApi } from '../../src/compare/compare-openapi.ts';
import { openApiOf } from '../../src/describe/openapi/openapi.ts';
import { parseEndpoints } from '../../src/parse-endpoints.ts';

/** The OpenAPI document of a file. */
export function documentOf(text: string): Readonly<Record<string, unknown>> {
  const model = parseEndpoints(text, { file: 'endpoints.yaml', directory: '/app' });
  return JSON.parse(JSON.stringify(openApiOf(model, { version: '1.0.0' })));
}

/** The changes between two files, one line each. */
export function changesOf(before: string, after: string): readonly string[] {
  return linesOf(documentOf(before), documentOf(after));
}

/** The changes between two documents, one line each. */
export function linesOf(before: object, after: object): readonly string[] {
  const changes = compareOpenApi(before as Record<string, unknown>, after as Record<string, unknown>);
  return changes.map(({ severity, endpoint, place, message }) =>
    [severity, endpoint, place, message].filter((part) => part !== undefined).join(': '),
  );
}

/** The changes of a request's body between two schemas, without the endpoint. */
export function bodyChanges(before: string, after: string): readonly string[] {
  const file = (schema: string) => `endpoints: { POST /a: { fanout: true, body: ${schema} } }`;
  return changesOf(file(before), file(after)).map((line) => line.replace(/: POST \/a: body:? ?/, ': '));
}

/** The changes of a reply between two schemas, without the endpoint. */
export function replyChanges(before: string, after: string): readonly string[] {
  const file = (schema: string) => `endpoints: { GET /a: { rpc: true, reply: ${schema} } }`;
  return changesOf(file(before), file(after)).map((line) => line.replace(/: GET \/a: reply 200:? ?/, ': '));
}
