import type { Bus } from '@restmapper/bus';
import type { Log } from '@restmapper/core';
import type { Model, Worker } from '@restmapper/endpoints';
import type { Database } from '../database/database.ts';
import { createAppendWork } from './append/append-work.ts';
import { loadHandler } from './module/load-handler.ts';
import type { LoadModule } from './module/load-handler.ts';
import { parseMessageTable } from '../database/message-table.ts';
import { createModuleWork } from './module/module-work.ts';
import { createPageWork } from './page/page-work.ts';
import { createPublishFrom } from './module/publish.ts';
import { createOnceWork } from './module/once/once-work.ts';
import { workOnEach } from '../work/work.ts';
import type { Work } from '../work/work.ts';
import type { WorkerGate } from '../work/worker-gate.ts';
import type { WorkerMetrics } from '../work/worker-metrics.ts';

export interface WorkParts {
  readonly model: Model;
  readonly bus: Bus;
  readonly db: Database;
  readonly gate: WorkerGate;
  readonly log: Log;
  readonly metrics: WorkerMetrics;
  readonly loadModule: LoadModule | undefined;
}

/**
 * Makes what a worker's `use` asks for.
 *
 * @throws ConfigError when its module does not load, or its table cannot be.
 */
export async function createWork({ name, use, once }: Worker, parts: WorkParts): Promise<Work> {
  const { model, bus, db, gate, log, metrics, loadModule } = parts;
  if (use.kind === 'module') {
    const handler = await loadHandler({ worker: name, path: use.path }, loadModule);
    const publishFrom = createPublishFrom(bus, model, { isRepeatable: once !== undefined });
    const work = createModuleWork(handler, { worker: name, publishFrom, log });
    if (once) return workOnEach(createOnceWork(work, { worker: name, db, ...once }), gate);
    return workOnEach((delivery, signal) => work(delivery, signal, db), gate);
  }
  const table = parseMessageTable(use.table);
  if (use.kind === 'page') return workOnEach(createPageWork({ db, table }), gate);
  const onStored = (rows: number) => metrics.stored(name, rows);
  return createAppendWork({ db: db.openPipeline(), table, gate, onStored });
}
