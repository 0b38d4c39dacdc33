import type { Source, Worker } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { didYouMean } from '../yaml/suggestion.ts';
import type { MergedFile } from './merge-parts.ts';
import type { RawFile, RawWorker } from './structure.ts';
import { readWorker } from './worker-reader.ts';

export interface WorkersContext {
  readonly sources: readonly Source[];
  /** The keys of all sources, including invalid ones. */
  readonly declared: readonly string[];
  /** Returns the folder that the paths of a worker at a pointer are relative to. */
  readonly directoryOf: MergedFile['directoryOf'];
  readonly report: Report;
}

/** Completes the workers: one for each source, all of one name where the file lists several. */
export function readWorkers({ workers }: RawFile, context: WorkersContext): readonly Worker[] {
  return Object.entries(workers ?? {}).flatMap(([name, raw]) => readEntry(name, raw, context));
}

function readEntry(
  name: string,
  { on: written, ...raw }: RawWorker,
  { sources, declared, directoryOf, report }: WorkersContext,
): readonly Worker[] {
  const pointer = extendPointer('/workers', name);
  const place = extendPointer(pointer, 'on');
  const directory = directoryOf(pointer);
  const isList = Array.isArray(written);
  return [written].flat().flatMap((on, index) => {
    const key = on?.toString();
    if (key !== undefined && !declared.includes(key)) {
      report.atValue(isList ? extendPointer(place, index) : place, unknownSource(key, declared));
    }
    const endpoint = sources.find((source) => source.key === key);
    const worker = {
      name,
      raw: { ...raw, ...(key !== undefined && { on: key }) },
      pointer,
      endpoint,
      directory,
    };
    return readWorker({ ...worker, isOneOfSeveral: isList && written.length > 1 }, report) ?? [];
  });
}

function unknownSource(key: string, declared: readonly string[]): string {
  const sameEnd = declared.find((other) => other.endsWith(` ${key}`));
  const near = sameEnd === undefined ? didYouMean(key, declared) : `; did you mean \`${sameEnd}\`?`;
  return `there is no ${/[ /]/.test(key) ? 'endpoint' : 'source'} \`${key}\`${near}`;
}
