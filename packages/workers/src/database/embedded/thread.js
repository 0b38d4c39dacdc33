// JavaScript, because Node 20 has no TypeScript loader in threads.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/** The default, 128 MB, is for a server with many sessions; files are cached by the operating system anyway. */
const sharedBuffers = '16MB';

/**
 * Runs the embedded database and speaks PostgreSQL's wire protocol over the thread's messages.
 *
 * It says `null` once the database is open, then answers each request with the bytes of its
 * response. A request of `null` shuts the database down and ends the thread.
 *
 * @param {import('./thread-socket.ts').ThreadData} data
 */
async function runThread({ dataDirectory, newCluster }) {
  if (newCluster) return await createCluster(newCluster);
  if (dataDirectory && !existsSync(dataDirectory)) await createInThread(dataDirectory);
  const database = await PGlite.create({
    ...(dataDirectory && { dataDir: dataDirectory }),
    startParams: [...PGlite.defaultStartParams, '-c', `shared_buffers=${sharedBuffers}`],
  });

  parentPort?.on('message', (request) => {
    // A rejection is a crash of the database: it ends the thread, and the next one recovers.
    void answer(database, request);
  });
  parentPort?.postMessage(null, []);
}

/**
 * @param {PGlite} database
 * @param {Uint8Array | null} request
 */
async function answer(database, request) {
  if (request) {
    parentPort?.postMessage(await database.execProtocolRaw(request), []);
    return;
  }
  await database.close();
  parentPort?.close();
}

/**
 * Makes the cluster in a thread of its own: what that takes, some 500 MB, is free again when the thread ends.
 *
 * @param {string} dataDirectory
 */
async function createInThread(dataDirectory) {
  const thread = new Worker(fileURLToPath(import.meta.url), {
    workerData: { newCluster: dataDirectory },
    name: 'embedded-postgres-creation',
  });
  // Rejects with what the thread throws.
  await once(thread, 'exit');
}

/**
 * Makes the cluster elsewhere and moves it into place, so that being killed leaves no half of one.
 *
 * @param {string} dataDirectory
 */
async function createCluster(dataDirectory) {
  const unfinished = `${dataDirectory}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const database = await PGlite.create({ dataDir: unfinished });
  await database.close();
  renameSync(unfinished, dataDirectory);
}

await runThread(workerData);
