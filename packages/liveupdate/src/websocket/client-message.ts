import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Credentials } from '@restmapper/auth';
import { type Filter, readFields } from '../feed/filter.ts';
import { readMembers } from '@restmapper/core';
import { isMode, type Mode } from '../feed/resume.ts';

/**
 * A message of a `liveupdate.v1.json` client.
 *
 * ```json
 * {"t":"sub","id":1,"feed":"messages","since":"1024.5be0c3a9:1041","where":{"room":"42"},"mode":"all"}
 * ```
 */
export type ClientMessage = HelloMessage | SubscribeMessage | UnsubscribeMessage | { readonly t: 'pong' };

/** Authenticates, by a token or by headers that could not be set in the handshake. */
export interface HelloMessage {
  readonly t: 'hello';
  readonly credentials: Credentials | undefined;
}

export interface UnsubscribeMessage {
  readonly t: 'unsub';
  readonly id: number;
  readonly feed: string;
}

export interface SubscribeMessage {
  readonly t: 'sub';
  readonly id: number;
  readonly feed: string;
  readonly since: string | undefined;
  readonly mode: Mode | undefined;
  readonly filter: Filter | undefined;
}

/** Parses a message; unknown members are ignored. @throws SyntaxError naming the mistake */
export function parseClientMessage(bytes: Buffer): ClientMessage {
  const message: unknown = JSON.parse(bytes.toString());
  if (!isObject(message)) throw new SyntaxError('not an object');
  const { t } = message;
  if (t === 'sub') return parseSubscribe(message, bytes);
  if (t === 'unsub') return { t, id: parseId(message), feed: parseText(message, 'feed') };
  if (t === 'hello') return { t, credentials: parseCredentials(message) };
  if (t === 'pong') return { t };
  throw new SyntaxError('t is none of hello, sub, unsub, pong');
}

/** A token is converted to the header that would carry it. */
function parseCredentials(message: Readonly<Record<string, unknown>>): Credentials | undefined {
  const { token, headers } = message;
  if (token === undefined && headers === undefined) return undefined;
  return {
    ...(headers !== undefined && parseHeaders(headers)),
    ...(token !== undefined && { authorization: `Bearer ${parseText(message, 'token')}` }),
  };
}

/** Accepts only headers that a handshake could have carried. */
function parseHeaders(headers: unknown): Credentials {
  if (!isObject(headers)) throw new SyntaxError('headers is not an object');
  const entries = Object.keys(headers).map((name) => [name.toLowerCase(), parseText(headers, name)] as const);
  try {
    for (const [name, value] of entries) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
  } catch (error) {
    throw new SyntaxError('headers has an invalid header', { cause: error });
  }
  return Object.fromEntries(entries);
}

function parseSubscribe(message: Readonly<Record<string, unknown>>, bytes: Buffer): SubscribeMessage {
  const { since, mode } = message;
  return {
    t: 'sub',
    id: parseId(message),
    feed: parseText(message, 'feed'),
    since: since === undefined ? undefined : parseText(message, 'since'),
    mode: mode === undefined ? undefined : parseMode(parseText(message, 'mode')),
    filter: message['where'] === undefined ? undefined : parseFilter(bytes),
  };
}

/** Reads the original bytes, since numbers must be compared exactly. */
function parseFilter(bytes: Buffer): Filter {
  const members = [...readMembers(bytes)];
  const where = members.findLast(({ name }) => name === 'where')?.value ?? bytes;
  const filter = readFields(where);
  const names = new Set([...readMembers(where)].map(({ name }) => name));
  if (where[0] !== openBrace || names.size !== filter.size) {
    throw new SyntaxError('where is not an object of strings, numbers, booleans and nulls');
  }
  return filter;
}

const openBrace = 0x7b;

function parseMode(text: string): Mode {
  if (!isMode(text)) throw new SyntaxError('mode is none of all, latest, tail:<count>');
  return text;
}

function parseId({ id }: Readonly<Record<string, unknown>>): number {
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw new SyntaxError('id is not an integer');
  return id;
}

function parseText(message: Readonly<Record<string, unknown>>, name: string): string {
  const text = message[name];
  if (typeof text !== 'string') throw new SyntaxError(`${name} is not a string`);
  return text;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
