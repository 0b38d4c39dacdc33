import type { JsonObject } from '../model/json.ts';
import { type Change, changesAt } from './change.ts';
import { compareContent, type Sources } from './content-changes.ts';
import { breaking, compatible, type Finding, unclear } from './schema/finding.ts';
import { asObject } from './schema/schema-source.ts';

/** Compares what an operation accepts as a body. */
export function compareBodies(before: JsonObject, after: JsonObject, sources: Sources): readonly Change[] {
  const [old, now] = [before, after].map(({ requestBody }) => requestBody);
  if (old === undefined && now === undefined) return [];
  const [first, second] = [sources.before.resolve(old), sources.after.resolve(now)];
  const [wasRequired, isRequired] = [first, second].map(({ required }) => required === true);
  if (old === undefined)
    return changesAt('body', [isRequired ? breaking('is new and required') : compatible('is new')]);
  if (now === undefined) return changesAt('body', [compatible('is no longer described')]);
  return [
    ...(isRequired && !wasRequired ? changesAt('body', [breaking('is required now')]) : []),
    ...(wasRequired && !isRequired ? changesAt('body', [compatible('is no longer required')]) : []),
    ...compareContent(first['content'], second['content'], {
      ...sources,
      direction: 'request',
      place: 'body',
    }),
  ];
}

/**
 * Compares what an operation answers, by status.
 *
 * Of errors only the media types are compared: callers read the problem's code, and must expect new ones.
 */
export function compareResponses(before: JsonObject, after: JsonObject, sources: Sources): readonly Change[] {
  const [old, now] = [asObject(before['responses']), asObject(after['responses'])];
  const [lost, gained] = [namesOnlyIn(old, now), namesOnlyIn(now, old)];
  const common = Object.keys(old).filter((status) => status in now);
  return [
    ...changesAt('status', compareStatuses(lost, gained)),
    ...common.flatMap((status) => {
      const [first, second] = [sources.before.resolve(old[status]), sources.after.resolve(now[status])];
      return compareResponse(first, second, { ...sources, status });
    }),
  ];
}

function namesOnlyIn(object: JsonObject, other: JsonObject): readonly string[] {
  return Object.keys(object).filter((name) => !(name in other));
}

function compareStatuses(lost: readonly string[], gained: readonly string[]): readonly Finding[] {
  const [from, to] = [lost, gained].map((statuses) => statuses.filter(isSuccess));
  if (!from || !to) return [];
  if (from.length === 1 && to.length === 1) return [breaking(`was ${from[0]}, is ${to[0]}`)];
  return [
    ...from.map((status) => breaking(`${status} is no longer answered`)),
    ...to.map((status) => unclear(`${status} may be answered too`)),
  ];
}

function isSuccess(status: string): boolean {
  return /^[23]/.test(status);
}

interface ResponseOptions extends Sources {
  readonly status: string;
}

function compareResponse(
  before: JsonObject,
  after: JsonObject,
  { status, ...sources }: ResponseOptions,
): readonly Change[] {
  const place = `reply ${status}`;
  const [old, now] = [asObject(before['headers']), asObject(after['headers'])];
  return [
    ...changesAt(place, [
      ...namesOnlyIn(old, now).map((name) => breaking(`the header ${name} is no longer sent`)),
      ...namesOnlyIn(now, old).map((name) => compatible(`the header ${name} is new`)),
    ]),
    ...compareContent(before['content'], after['content'], {
      ...sources,
      direction: 'response',
      place,
      hasSchemas: isSuccess(status),
    }),
  ];
}
