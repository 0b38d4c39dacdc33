import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { until } from '../support/until.ts';
import { post } from './calls.ts';
import { openCommand, openFolder } from './command.ts';

const shop = fileURLToPath(new URL('../../examples/shop/endpoints.yaml', import.meta.url));

describe('the example shop', function () {
  this.timeout(60_000);

  it('calculates quotes with its own handler, and stores orders', async () => {
    // Only the sources' loader reads TypeScript on every version of Node.
    const fromSource = true;
    const { url } = await openCommand({
      args: ['start', '--file', shop],
      cwd: await openFolder(),
      fromSource,
    });
    const api = `${url}/api/v1`;

    const quote = await post(`${api}/quotes/`, { article: 'tea', count: 13 });
    const unknown = await post(`${api}/quotes/`, { article: 'gold', count: 1 });
    const invalid = await post(`${api}/quotes/`, { article: 'tea', count: 0 });
    const order = await post(`${api}/orders/`, { article: 'tea', count: 2 });

    expect(await quote.json()).to.deep.equal({ cents: 5400 });
    expect(unknown.status).to.equal(404);
    expect(await unknown.json()).to.include({ code: 'NO_SUCH_ARTICLE' });
    expect(invalid.status).to.equal(422);
    expect(order.status).to.equal(200);
    const orders = await until(async () => {
      const page = (await (await fetch(`${api}/orders/`)).json()) as { total: number };
      return page.total > 0 && page;
    });
    expect(orders).to.deep.include({ total: 1, messages: [{ article: 'tea', count: 2 }] });
  });
});
