import { resolve } from 'node:path';
import { readDuration } from '../../yaml/amounts.ts';
import { extendPointer } from '../../yaml/pointer.ts';
import type { Report } from '../../yaml/report.ts';
import { readJwt } from './jwt-reader.ts';
import { readClients, readUsers } from './listed.ts';
import type { RawAuth, RawScheme } from './raw-auth.ts';
import type { Auth, Scheme } from '../../model/scheme.ts';

/** A scheme as written, under which name, and where. */
interface SchemeSource {
  readonly name: string;
  readonly raw: RawScheme;
  readonly pointer: string;
  readonly directory: string;
}

export interface AuthContext {
  /** What the paths of its files are relative to. */
  readonly directory: string;
  /** The names of the schemes that count where nothing is named. */
  readonly defaults: readonly string[];
  readonly report: Report;
}

/** Completes the `auth` section with every default; undefined without one. */
export function readAuth(
  raw: RawAuth | undefined,
  { directory, defaults, report }: AuthContext,
): Auth | undefined {
  if (raw === undefined) return undefined;
  const schemes = Object.entries(raw.schemes ?? {}).flatMap(([name, scheme]) => {
    const pointer = extendPointer('/auth/schemes', name);
    return readScheme({ name, raw: scheme, pointer, directory }, report) ?? [];
  });
  return { schemes, default: defaults };
}

function readScheme({ name, raw, pointer, directory }: SchemeSource, report: Report): Scheme | undefined {
  const { jwt, apiKey, basic, forward } = raw;
  if (jwt) return readJwt({ name, raw: jwt, pointer: extendPointer(pointer, 'jwt'), directory }, report);
  if (apiKey) {
    const { header = 'x-api-key', clients = {}, clientsFile } = apiKey;
    const listed = readClients(clients, extendPointer(pointer, 'apiKey', 'clients'), report);
    return { kind: 'apiKey', name, header, clients: sourceOf(listed, clientsFile, directory) };
  }
  if (basic) {
    const { users = {}, usersFile } = basic;
    return { kind: 'basic', name, users: sourceOf(readUsers(users), usersFile, directory) };
  }
  return forward && readForward(name, forward, { pointer: extendPointer(pointer, 'forward'), report });
}

function sourceOf<T>(value: T, file: string | undefined, directory: string) {
  return file === undefined
    ? { kind: 'here' as const, value }
    : { kind: 'file' as const, path: resolve(directory, file) };
}

function readForward(
  name: string,
  raw: NonNullable<RawScheme['forward']>,
  { pointer, report }: { readonly pointer: string; readonly report: Report },
): Scheme {
  const timeout = { text: raw.timeout, absent: '2s', pointer: extendPointer(pointer, 'timeout') };
  return {
    kind: 'forward',
    name,
    url: raw.url ?? '',
    headers: raw.headers ?? [],
    subjectHeader: raw.subject ?? '',
    scopeHeader: raw.scopeHeader,
    claimHeaders: raw.claims ?? {},
    timeoutMs: readDuration({ ...timeout, least: '50ms', most: '30s' }, report),
  };
}
