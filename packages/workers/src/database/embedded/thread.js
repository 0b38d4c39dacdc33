// JavaScript, because Node 20 has no TypeScript loader in threads.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/**
 * Runs the embedded database and speaks PostgreSQL's wire protocol over the thread's messages.
 *
 * It says `null` once the database is open, then answers each request with the bytes of its
 * response. A request of `null` shuts the database down and ends the thread.
 *
 * @param {import('./thread-socket.ts').ThreadData} data
 */
async function runThread({ dataDirectory }) {
  if (dataDirectory && !existsSync(dataDirectory)) await createCluster(dataDirectory);
  const database = await PGlite.create(dataDirectory ? { dataDir: dataDirectory } : {});

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
