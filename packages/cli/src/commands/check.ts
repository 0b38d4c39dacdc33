import { openAuthenticator } from '@restmapper/auth';
import { silentLog } from '@restmapper/bus';
import { describeAccess, unencryptedUrls } from '../access-note.ts';
import type { Console } from '../console.ts';
import { openModel } from '../model-file.ts';
import { parseOriginRules } from '../origin-settings.ts';

export interface FileCommand {
  readonly file: string;
  readonly console: Console;
}

/**
 * Says that a file is right, and what may surprise its writer.
 *
 * The files that its `auth` section names are read too, and what the environment says of other origins.
 * @throws ConfigError with every mistake in it.
 */
export function check({ file, console }: FileCommand): number {
  const model = openModel(file, console.env);
  parseOriginRules(console.env);
  const { endpoints, workers, feeds, auth } = model;
  openAuthenticator(auth, { log: silentLog }).close();
  console.print(
    `${file} is right: ${count(endpoints, 'endpoint')}, ${count(workers, 'worker')}, ${count(feeds, 'feed')}\n`,
  );
  console.print(`note: ${describeAccess(model)}\n`);
  for (const url of unencryptedUrls(model)) {
    console.print(`note: what passes between here and ${url} is not encrypted\n`);
  }
  const worked = new Set(workers.map((worker) => worker.on));
  for (const { key, delivery, feed } of endpoints) {
    if (worked.has(key) || (delivery.kind === 'fanout' && feed)) continue;
    console.print(`note: ${key} has no worker here; another program must consume its queue\n`);
  }
  return 0;
}

function count(things: readonly unknown[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? '' : 's'}`;
}
