import type { Use, Worker } from '@restmapper/endpoints';
import { append } from './append/append-handler.ts';
import type { HandlerRoom } from '../work/handler-room.ts';
import { module } from './module/module-handler.ts';
import { page } from './page/page-handler.ts';
import { sql } from './sql/sql-handler.ts';

type Rooms = { readonly [Kind in Use['kind']]: HandlerRoom<Kind> };

/** The implementation of each kind of handler. */
export const rooms: Rooms = { append, page, sql, module };

/** The implementation of a worker's handler. */
export function roomOf({ use }: Worker): HandlerRoom {
  // Each room is called only with workers of its kind, as selected by `use`.
  return rooms[use.kind] as HandlerRoom;
}
