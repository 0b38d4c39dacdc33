import { canonical } from '../json-schema/canonical.ts';
import type { JsonObject } from '../model/json.ts';
import { type Change, changesAt } from './change.ts';
import { breaking, compatible, type Finding, unclear } from './schema/finding.ts';
import { asObject } from './schema/schema-source.ts';

/** Alternatives of credentials, each the scopes by the names of schemes. */
type Security = readonly JsonObject[];

/** The alternatives that an operation accepts; one without schemes needs no credentials. */
export function securityOf(operation: JsonObject, document: JsonObject): Security {
  const { security = document['security'] } = operation;
  const alternatives = Array.isArray(security) ? security.map(asObject) : [];
  return alternatives.length === 0 ? [{}] : alternatives;
}

/** Compares the credentials that an operation needs: each that was enough must still be enough. */
export function compareSecurity(before: Security, after: Security): readonly Change[] {
  const refused = before.filter((old) => !after.some((now) => isEnough(old, now)));
  const added = after.filter((now) => !before.some((old) => isEnough(now, old)));
  return changesAt('access', [
    ...refused.map((old) => breaking(explain(old, after))),
    ...added.map((now) => compatible(isOpen(now) ? 'is public now' : `${describe(now)} is accepted`)),
  ]);
}

function isEnough(credentials: JsonObject, needed: JsonObject): boolean {
  return Object.entries(needed).every(
    ([scheme, scopes]) =>
      scheme in credentials &&
      scopesIn(scopes).every((scope) => scopesIn(credentials[scheme]).includes(scope)),
  );
}

function explain(old: JsonObject, after: Security): string {
  if (isOpen(old)) return `was public, needs ${after.map(describe).join(' or ')}`;
  const schemes = Object.keys(old).sort().join();
  const same = after.find((now) => Object.keys(now).sort().join() === schemes);
  return same
    ? `${describe(old)} is no longer enough: it needs ${describe(same)}`
    : `${describe(old)} is no longer accepted`;
}

function isOpen(alternative: JsonObject): boolean {
  return Object.keys(alternative).length === 0;
}

function describe(alternative: JsonObject): string {
  const parts = Object.entries(alternative).map(([scheme, scopes]) => {
    const names = scopesIn(scopes);
    return names.length === 0 ? `\`${scheme}\`` : `\`${scheme}\` with ${names.join(' and ')}`;
  });
  return parts.join(' together with ') || 'no credentials';
}

function scopesIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Members of a scheme by which a caller sends credentials. */
const carriers = ['type', 'scheme', 'in', 'name'];

/** Compares the schemes that both documents have, under the same name. */
export function compareSchemes(before: JsonObject, after: JsonObject): readonly Change[] {
  return Object.keys(before)
    .filter((name) => name in after)
    .flatMap((name) =>
      changesAt(`scheme ${name}`, compareScheme(asObject(before[name]), asObject(after[name]))),
    );
}

function compareScheme(before: JsonObject, after: JsonObject): readonly Finding[] {
  const differing = carriers.filter((member) => !isSame(before[member], after[member]));
  if (differing.length > 0)
    return differing.map((member) =>
      breaking(`${member} was ${show(before[member])}, is ${show(after[member])}`),
    );
  const others = new Set([...Object.keys(before), ...Object.keys(after)]);
  others.delete('description');
  return [...others]
    .filter((member) => !member.startsWith('x-') && !isSame(before[member], after[member]))
    .map((member) => unclear(`${member} has changed`));
}

function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : 'not set';
}
