import { defineHandler, RequestError } from 'restmapper/worker';
import type { Endpoints } from '../endpoints.types.ts';

const centsByArticle: ReadonlyMap<string, number> = new Map([
  ['tea', 450],
  ['coffee', 620],
]);

/** Calculates what an order costs. */
export default defineHandler<Endpoints['POST /quotes/']>(async ({ data: { article, count } }) => {
  const cents = centsByArticle.get(article);
  if (cents === undefined) {
    throw new RequestError(404, 'NO_SUCH_ARTICLE', { detail: `there is no article ${article}` });
  }
  return { cents: cents * count };
});
