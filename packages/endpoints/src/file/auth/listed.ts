import type { Report } from '../../yaml/report.ts';
import { extendPointer } from '../../yaml/pointer.ts';
import type { RawClients, RawUsers } from './raw-auth.ts';
import type { ApiClient, BasicUser } from '../../model/scheme.ts';

/** Reads clients by name; a key that two of them have is reported, since it would be either's. */
export function readClients(raw: RawClients, pointer: string, report: Report): readonly ApiClient[] {
  const owners = new Map<string, string>();
  for (const [name, { keys = [] }] of Object.entries(raw)) {
    for (const [index, key] of keys.entries()) {
      const owner = owners.get(key);
      if (owner !== undefined) {
        report.atValue(
          extendPointer(pointer, name, 'keys', index),
          `the client \`${owner}\` has this key already`,
        );
      }
      owners.set(key, name);
    }
  }
  return Object.entries(raw).map(([name, { keys = [], scopes = [], claims = {} }]) => ({
    name,
    keys,
    scopes,
    claims,
  }));
}

/** Reads users by name. */
export function readUsers(raw: RawUsers): readonly BasicUser[] {
  return Object.entries(raw).map(([name, { password = '', scopes = [], claims = {} }]) => ({
    name,
    password,
    scopes,
    claims,
  }));
}
