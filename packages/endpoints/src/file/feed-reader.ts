import { readDuration, readSize } from '../yaml/amounts.ts';
import { type AccessContext, readAccess } from './auth/access.ts';
import type { Feed } from '../model/model.ts';
import { feedQueueName } from '../model/names.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { RawFeed, RawFile } from './structure.ts';
import { didYouMean } from '../yaml/suggestion.ts';

/** Completes the listed feeds, and those only named by sources, with every default. */
export function readFeeds({ endpoints, internal, feeds }: RawFile, context: AccessContext): readonly Feed[] {
  const { report } = context;
  const listed = new Map(Object.entries(feeds ?? {}));
  const named = new Set(Object.values({ ...endpoints, ...internal }).flatMap(({ feed }) => feed ?? []));
  for (const name of listed.keys()) {
    if (named.has(name)) continue;
    const message = `no source names the feed \`${name}\`${didYouMean(name, named)}`;
    report.atKey(extendPointer('/feeds', name), message);
  }
  const names = new Set([...listed.keys(), ...named]);
  return [...names].map((name) => readFeed(name, listed.get(name) ?? {}, context));
}

function readFeed(name: string, raw: RawFeed, context: AccessContext): Feed {
  const { report } = context;
  const pointer = extendPointer('/feeds', name);
  return {
    name,
    queue: feedQueueName(name),
    maxAgeSeconds: readMaxAge(raw.maxAge, extendPointer(pointer, 'maxAge'), report),
    maxBytes: readSize(
      {
        text: raw.maxBytes,
        absent: '100MB',
        least: '1MB',
        most: '1000GB',
        pointer: extendPointer(pointer, 'maxBytes'),
      },
      report,
    ),
    access: readAccess(raw, { pointer, hasBody: false }, context),
    where: raw.where ?? {},
    payload: raw.payload ?? 'data',
    whenSlow: raw.whenSlow ?? 'disconnect',
  };
}

/** RabbitMQ measures the age of a stream in seconds. */
function readMaxAge(text: string | undefined, pointer: string, report: Report): number {
  const milliseconds = readDuration({ text, absent: '1h', least: '1s', most: '8760h', pointer }, report);
  if (milliseconds % 1000 !== 0) report.atValue(pointer, `\`maxAge\` must be whole seconds, not ${text}`);
  return Math.floor(milliseconds / 1000);
}
