import { durationAt, sizeAt } from './amounts.ts';
import type { Feed } from './model.ts';
import { feedQueueName } from './names.ts';
import { extendPointer } from './pointer.ts';
import type { Report } from './report.ts';
import type { RawFeed, RawFile } from './structure.ts';
import { didYouMean } from './suggestion.ts';

/** Completes the listed feeds, and those that endpoints only name, with every default. */
export function readFeeds({ endpoints = {}, feeds }: RawFile, report: Report): readonly Feed[] {
  const listed = feeds ?? {};
  const named = new Set(Object.values(endpoints).flatMap(({ feed }) => feed ?? []));
  for (const name of Object.keys(listed)) {
    if (named.has(name)) continue;
    report.atKey(
      extendPointer('/feeds', name),
      `no endpoint names the feed \`${name}\`${didYouMean(name, named)}`,
    );
  }
  return [...new Set([...Object.keys(listed), ...named])].map((name) => readFeed(name, listed[name], report));
}

function readFeed(name: string, raw: RawFeed | null | undefined, report: Report): Feed {
  const pointer = extendPointer('/feeds', name);
  const maxAgePointer = extendPointer(pointer, 'maxAge');
  const bounds = { absent: '1h', least: '1s', most: '8760h' };
  const maxAgeMs = durationAt(report, maxAgePointer, { text: raw?.maxAge, ...bounds });
  if (maxAgeMs % 1000 !== 0) report.atValue(maxAgePointer, `must be whole seconds, not ${raw?.maxAge}`);
  return {
    name,
    queue: feedQueueName(name),
    maxAgeSeconds: maxAgeMs / 1000,
    maxBytes: sizeAt(report, extendPointer(pointer, 'maxBytes'), {
      text: raw?.maxBytes,
      absent: '100MB',
      least: '1MB',
      most: '1000GB',
    }),
    public: raw?.public ?? true,
  };
}
