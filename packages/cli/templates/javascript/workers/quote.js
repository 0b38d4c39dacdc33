import { defineHandler, RequestError } from 'restmapper/worker';

/** @type {ReadonlyMap<string, number>} */
const centsByArticle = new Map([
  ['tea', 450],
  ['coffee', 620],
]);

/** Calculates what an order costs. */
export default defineHandler(async ({ data: { article, count } }) => {
  const cents = centsByArticle.get(article);
  if (cents === undefined) {
    throw new RequestError(404, 'NO_SUCH_ARTICLE', { detail: `there is no article ${article}` });
  }
  return { cents: cents * count };
});
