import { extendPointer, nameOf } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { HandlerSource, RawHandlerKeys } from './handler-spec.ts';

/** The value of a key without which a handler cannot work; reports that it is missing. */
export function requiredKey<Key extends keyof RawHandlerKeys>(
  key: Key,
  { raw, pointer, handler }: HandlerSource & { readonly handler: string },
  report: Report,
): RawHandlerKeys[Key] {
  const value = raw[key];
  if (value === undefined && !report.has(extendPointer(pointer, key))) {
    report.atKey(pointer, `${nameOf(pointer)} lacks the key \`${key}\`, which \`${handler}\` needs`);
  }
  return value;
}
