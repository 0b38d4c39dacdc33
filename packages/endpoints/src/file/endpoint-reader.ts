import { readDuration, readSize } from '../yaml/amounts.ts';
import { type AccessContext, readAccess } from './auth/access.ts';
import { checkFilledDefaults } from '../json-schema/default-check.ts';
import { ownPropertiesOf } from '../model/schema-properties.ts';
import { readConsumes } from './consumes-reader.ts';
import { checkHeaders, headersSchema } from './headers-reader.ts';
import { checkRequired } from './params-check.ts';
import { paramsSchema, querySchema } from './input-schemas.ts';
import { checkJsonSchema } from '../json-schema/json-schema-check.ts';
import type { Endpoint, Idempotency } from '../model/model.ts';
import type { ForeignTarget } from '../model/foreign-target.ts';
import { exchangeName, tagOf } from '../model/names.ts';
import { extendPointer } from '../yaml/pointer.ts';
import { readRateLimit } from './rate-limit-reader.ts';
import { checkLocation, readLocation } from './location-reader.ts';
import { readReplyForm } from './reply-form-reader.ts';
import type { Report } from '../yaml/report.ts';
import type { Route } from '../model/route.ts';
import { checkObjectType, checkReplyKind, readDelivery } from './source-reader.ts';
import type { RawEndpoint } from './structure.ts';
import { checkTextSchema } from '../json-schema/text-schema-check.ts';
import { didYouMean } from '../yaml/suggestion.ts';

/** An endpoint as written, and its place. */
export interface EndpointSource {
  readonly route: Route;
  readonly raw: RawEndpoint;
  readonly pointer: string;
}

/** Completes an endpoint with every default; reports and returns undefined if its kind is unclear. */
export function readEndpoint(source: EndpointSource, context: AccessContext): Endpoint | undefined {
  const { route, raw, pointer } = source;
  const { report } = context;
  checkParts(source, report);
  const delivery = readDelivery(source, report);
  const maxBodyBytes = readMaxBody(source, report);
  const callers = readCallers(source, context);
  if (!delivery) return undefined;
  const endpoint: Endpoint = {
    key: route.key,
    method: route.method,
    path: route.path,
    paramNames: route.paramNames,
    summary: raw.summary ?? '',
    description: raw.description ?? '',
    tags: raw.tags ?? [tagOf(route.path)],
    delivery,
    status: raw.status ?? 200,
    location: readLocation(raw.location),
    body: raw.body,
    query: raw.query && querySchema(raw.query),
    params: paramsSchema(route.paramNames, raw.params),
    headers: raw.headers && headersSchema(raw.headers),
    reply: raw.reply,
    ...readReplyForm(source, report),
    maxBodyBytes,
    ...readConsumes({ raw, pointer, maxBodyBytes, delivery }, report),
    feed: raw.feed,
    exchange: exchangeOf(delivery.foreign) ?? exchangeName(route.path, route.method),
    ...callers,
    idempotency: readIdempotency(source, report),
  };
  if (raw.location !== undefined) checkLocation(raw.location, endpoint, { pointer, report });
  return endpoint;
}

function exchangeOf(foreign: ForeignTarget | undefined): string | undefined {
  return foreign?.kind === 'queue' ? '' : foreign?.exchange;
}

function readMaxBody({ raw, pointer }: EndpointSource, report: Report): number {
  const place = extendPointer(pointer, 'maxBody');
  return readSize({ text: raw.maxBody, absent: '1MB', least: '1B', most: '16MB', pointer: place }, report);
}

/** Who may call, and how often. */
function readCallers(
  { raw, pointer }: EndpointSource,
  context: AccessContext,
): Pick<Endpoint, 'access' | 'rateLimit'> {
  const { report } = context;
  const access = readAccess(raw, { pointer, hasBody: raw.body !== undefined }, context);
  const place = extendPointer(pointer, 'rateLimit');
  return { access, rateLimit: readRateLimit(raw.rateLimit, { access, pointer: place, report }) };
}

function readIdempotency({ route, raw, pointer }: EndpointSource, report: Report): Idempotency | undefined {
  const { idempotency: written } = raw;
  if (written === undefined) return undefined;
  const ownPointer = extendPointer(pointer, 'idempotency');
  if (route.method === 'GET' || route.method === 'HEAD') {
    report.atKey(ownPointer, `a ${route.method} request changes nothing, and needs no \`idempotency\``);
  }
  const keep = {
    text: written === true ? undefined : written.keep,
    absent: '24h',
    least: '1m',
    most: '8760h',
    pointer: extendPointer(ownPointer, 'keep'),
  };
  return { keepMs: readDuration(keep, report) };
}

/** Checks the JSON Schemas, and that each part fits the endpoint's method, path and kind. */
function checkParts(source: EndpointSource, report: Report): void {
  const { route, raw, pointer } = source;
  for (const part of ['body', 'query', 'params', 'headers', 'reply'] as const)
    checkSchema(part, source, report);
  if (raw.body !== undefined && (route.method === 'GET' || route.method === 'HEAD')) {
    report.atKey(extendPointer(pointer, 'body'), `a ${route.method} request has no body; use \`query\``);
  }
  checkReplyKind(source, report);
  for (const part of ['query', 'params', 'headers'] as const) {
    checkObjectType(raw[part], extendPointer(pointer, part), report);
  }
  checkRequired(raw.params, {
    names: route.paramNames,
    pointer: extendPointer(pointer, 'params'),
    report,
  });
  checkParamNames(source, report);
}

function checkSchema(
  part: 'body' | 'query' | 'params' | 'headers' | 'reply',
  { raw, pointer }: EndpointSource,
  report: Report,
): void {
  const schema = raw[part];
  const place = extendPointer(pointer, part);
  if (schema === undefined || !checkJsonSchema(schema, place, report)) return;
  if (part === 'query' || part === 'params' || part === 'headers') checkTextSchema(schema, place, report);
  if (part === 'headers') checkHeaders(schema, place, report);
  if (part !== 'reply') checkFilledDefaults(schema, place, report);
}

function checkParamNames({ route, raw, pointer }: EndpointSource, report: Report): void {
  for (const name of ownPropertiesOf(raw.params ?? {}).keys()) {
    if (route.paramNames.includes(name)) continue;
    const message = `the path has no parameter \`{${name}}\`${suggestParam(name, route)}`;
    report.atKey(extendPointer(pointer, 'params', 'properties', name), message);
  }
}

function suggestParam(name: string, { paramNames }: Route): string {
  const known = paramNames.map((param) => `\`{${param}}\``).join(', ');
  return didYouMean(name, paramNames) || (known === '' ? '; it has none' : `; it has ${known}`);
}
