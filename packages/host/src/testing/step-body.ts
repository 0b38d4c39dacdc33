import { readFileSync } from 'node:fs';
import { typeOfFile } from '../calls/file-type.ts';
import type { Step } from './raw-case-file.ts';

/** The keys of a request step that name its body; a step has one of them at most. */
export const bodyKeys = ['body', 'text', 'form', 'base64', 'file'] as const;

/** The body that a step sends. */
export interface StepBody {
  readonly bytes: Buffer;
  /** The type that it has unless the step's headers say another. */
  readonly type: string;
}

/**
 * The body of a request step; `undefined` without one.
 *
 * | key | is sent as |
 * |---|---|
 * | `body` | JSON |
 * | `text` | the text, as `application/json` |
 * | `form` | `a=1&b=2`, as `application/x-www-form-urlencoded` |
 * | `base64` | the bytes, as `application/octet-stream` |
 * | `file` | its bytes, as the type that its name says |
 */
export function bodyOfStep({ body, text, form, base64, file }: Step): StepBody | undefined {
  const json = 'application/json';
  if (body !== undefined) return { bytes: Buffer.from(JSON.stringify(body)), type: json };
  if (text !== undefined) return { bytes: Buffer.from(text), type: json };
  if (form) return { bytes: Buffer.from(formOf(form)), type: 'application/x-www-form-urlencoded' };
  const bytes = 'application/octet-stream';
  if (base64 !== undefined) return { bytes: Buffer.from(base64, 'base64'), type: bytes };
  return file === undefined ? undefined : { bytes: readFileSync(file), type: typeOfFile(file) ?? bytes };
}

function formOf(form: NonNullable<Step['form']>): string {
  const pairs = Object.entries(form).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  );
  return new URLSearchParams(pairs).toString();
}
