import type { Use, Worker } from '@restmapper/endpoints';
import { append } from './append/append-handler.ts';
import type { HandlerRoom } from '../work/handler-room.ts';
import { module } from './module/module-handler.ts';
import { page } from './page/page-handler.ts';

type Rooms = { readonly [Kind in Use['kind']]: HandlerRoom<Kind> };

/** What each kind of handler does. */
export const rooms: Rooms = { append, page, module };

/** What a worker's handler does. */
export function roomOf({ use }: Worker): HandlerRoom {
  // Each room is called with workers of its kind alone: those whose `use` led here.
  return rooms[use.kind] as HandlerRoom;
}
