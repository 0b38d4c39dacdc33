import type { Pool, PoolClient, QueryResult } from 'pg';
import type { SqlValue } from './database.ts';
import { leavesSession, toConnectError, toDatabaseError } from './sqlstate.ts';

/** Refuses parameters that must not reach the server. @throws DatabaseError */
export type CheckParams = (params: readonly SqlValue[]) => void;

/** A connection of a pool while it is in use. */
export class PooledConnection {
  readonly #client: PoolClient;
  readonly #checkParams: CheckParams;
  #isBroken = false;

  constructor(client: PoolClient, checkParams: CheckParams) {
    this.#client = client;
    this.#checkParams = checkParams;
  }

  /** Whether nobody can tell what state it is in. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** @throws DatabaseError */
  async run<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<QueryResult<Row>> {
    if (params) this.#checkParams(params);
    try {
      const results = await this.#client.query<Row>(sql, params && [...params]);
      // Without parameters the text may hold several statements; the last one's result counts.
      return Array.isArray(results) ? results.at(-1) : results;
    } catch (error) {
      const failure = toDatabaseError(error);
      this.#isBroken ||= failure.kind === 'away' && !leavesSession(error);
      throw failure;
    }
  }

  /** Gives it back to its pool, which closes it when it is broken. */
  release(): void {
    this.#client.release(this.#isBroken);
  }
}

/** @throws DatabaseError `away` when there is none to be had in time. */
export async function takeConnection(
  pool: Pool,
  checkParams: CheckParams = () => {},
): Promise<PooledConnection> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toConnectError(error);
  });
  return new PooledConnection(client, checkParams);
}
