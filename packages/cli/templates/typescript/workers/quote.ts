import { defineHandler, RequestError } from 'restmapper/worker';
import type { Endpoints } from '../endpoints.types.ts';

/** Calculates what an order costs. */
export default defineHandler<Endpoints['POST /quotes/']>(async ({ data: { article, count } }, { db }) => {
  const [price] = await db.query<{ cents: number }>('SELECT cents FROM article WHERE name = $1', [article]);
  if (!price) {
    throw new RequestError(404, 'NO_SUCH_ARTICLE', { detail: `there is no article ${article}` });
  }
  return { cents: price.cents * count };
});
