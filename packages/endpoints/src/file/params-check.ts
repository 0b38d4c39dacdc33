import { resolveIn, SchemaParts } from '../model/schema-parts.ts';
import { namesOf } from '../yaml/name-list.ts';
import { nameOf } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { RawSchema } from './structure.ts';

export interface ParamsPlace {
  /** The parameters of the path. */
  readonly names: readonly string[];
  readonly pointer: string;
  readonly report: Report;
}

/** Reports names that a schema for the parameters of a path requires by reference, and the path does not have. */
export function checkRequired(schema: RawSchema | undefined, { names, pointer, report }: ParamsPlace): void {
  if (schema === undefined) return;
  // Its own are replaced by those of the path.
  const parts = new SchemaParts(resolveIn(schema)).always([schema]).filter((part) => part !== schema);
  const required = parts.flatMap((part) => [part['required'] ?? []].flat().map(String));
  const missing = [...new Set(required)].filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  report.atKey(pointer, `${nameOf(pointer)} requires ${namesOf(missing)}, which the path does not have`);
}
