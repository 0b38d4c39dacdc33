import type { Delivery } from '@restmapper/bus';
import type { Source } from '@restmapper/endpoints';
import { migrateFor } from '../../database/migrate-for.ts';
import type { HandlerRoom, WorkerOf } from '../../work/handler-room.ts';
import { workOnEach } from '../../work/work.ts';
import { assertInbox } from '../once/inbox.ts';
import { createOnceWork } from '../once/once-work.ts';
import { openExists, type OpenStatement, openStatement } from './open-statement.ts';
import { createSqlWork, withForms } from './sql-work.ts';
import { StatementForms } from './statement-forms.ts';

/** Answers with the result of a statement. */
export const sql: HandlerRoom<'sql'> = {
  check: async (worker, { sources }) => {
    const source = sourceOf(worker, sources);
    await openStatement(worker, source);
    openExists(worker, source);
  },
  prepare: async (worker, db, log) => {
    if (worker.once) {
      await migrateFor(db, { log, what: 'the table restmapper_inbox' });
      await assertInbox(db);
    }
    await (await openStatement(worker)).describe(db);
    await openExists(worker)?.describe(db);
  },
  open: async (worker, { sources, db, gate }) => {
    const { name, once, use } = worker;
    const source = sourceOf(worker, sources());
    const runnable = ({ describe, ...opened }: OpenStatement) => ({
      ...opened,
      forms: new StatementForms(() => describe(db)),
    });
    const statement = runnable(await openStatement(worker, source));
    const query = openExists(worker, source);
    const exists = query && use.exists && { ...runnable(query), status: use.exists.status };
    const { headers, conflict: isConflictAnswered } = use;
    const run = createSqlWork({ ...statement, headers, exists, isConflictAnswered });
    const work = once
      ? createOnceWork((delivery, signal, scope) => run(delivery, signal, scope.db), {
          worker: once.inbox ?? name,
          db,
          beginsWithStatement: true,
          keepMs: once.keepMs,
        })
      : (delivery: Delivery, signal: AbortSignal) => run(delivery, signal, db);
    const learned = withForms(work, statement.forms);
    return workOnEach(exists ? withForms(learned, exists.forms) : learned, gate);
  },
};

function sourceOf({ on }: WorkerOf<'sql'>, sources: readonly Source[]): Source | undefined {
  return sources.find(({ key }) => key === on);
}
