import type { Log } from '@restmapper/core';
import type { Pool } from 'pg';
import { guardMessages } from './message-guard.ts';

/** Keeps the process alive when a connection of the pool, idle or in use, is lost or sends too much. */
export function guardPool(pool: Pool, log: Log): void {
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ err: error }, 'lost a connection to the database'));
    guardMessages(client);
  });
}
