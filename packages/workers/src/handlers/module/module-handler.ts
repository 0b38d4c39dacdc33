import { createRefusingDatabase } from '../../database/absent-database.ts';
import { migrateFor } from '../../database/migrate-for.ts';
import { workOnEach } from '../../work/work.ts';
import type { HandlerRoom, WorkerOf } from '../../work/handler-room.ts';
import { type HandlerSource, loadHandler } from './load-handler.ts';
import { loadPlugins } from './load-plugins.ts';
import { createModuleWork } from './module-work.ts';
import { assertInbox } from '../once/inbox.ts';
import { createOnceWork } from '../once/once-work.ts';
import { createReplyFormOf } from '../../work/encode-reply.ts';
import { SourceBook } from './source-book.ts';

/** Calls a module of the application. */
export const module: HandlerRoom<'module'> = {
  check: async ({ name, use }, { loadModule }) => {
    await loadHandler(sourceOf(name, use), loadModule);
  },
  prepare: async ({ once }, db, log) => {
    if (!once) return;
    await migrateFor(db, { log, what: 'the table restmapper_inbox' });
    await assertInbox(db);
  },
  open: async ({ name, use, once, usesDatabase }, { sources, bus, db, gate, log, loadModule }) => {
    const handler = await loadHandler(sourceOf(name, use), loadModule);
    const plugins = await loadPlugins(use.plugins, loadModule);
    const isRepeatable = once !== undefined;
    const work = createModuleWork(handler, {
      worker: name,
      bus,
      book: new SourceBook(sources),
      isRepeatable,
      replyFormOf: createReplyFormOf(sources),
      options: use.options,
      plugins,
      log,
    });
    if (once)
      return workOnEach(createOnceWork(work, { worker: once.inbox ?? name, db, keepMs: once.keepMs }), gate);
    const given = usesDatabase ? db : createRefusingDatabase(refusal(name));
    const scope = { db: given, isInTransaction: false };
    return workOnEach((delivery, signal) => work(delivery, signal, scope), gate);
  },
};

function sourceOf(worker: string, { path, revision }: WorkerOf<'module'>['use']): HandlerSource {
  return { worker, path, revision };
}

function refusal(worker: string): string {
  return `the worker ${worker} has no db: the file says \`database: false\``;
}
