import { defineHandler, RequestError } from 'restmapper/worker';

interface Order {
  readonly article: string;
  readonly count: number;
}

const centsByArticle: ReadonlyMap<string, number> = new Map([
  ['tea', 450],
  ['coffee', 620],
]);

/** Calculates the price of an order: twelve articles for the price of eleven. */
export default defineHandler<Order>(async ({ data: { article, count } }) => {
  const cents = centsByArticle.get(article);
  if (cents === undefined) {
    throw new RequestError(404, 'NO_SUCH_ARTICLE', { detail: `there is no article ${article}` });
  }
  return { cents: cents * (count - Math.floor(count / 12)) };
});
