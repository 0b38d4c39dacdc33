import { expect } from 'chai';
import { basePathOf } from '../src/lib/base-path.ts';

function pageWith(content: string | undefined): Pick<Document, 'querySelector'> {
  const meta = content === undefined ? null : { getAttribute: () => content };
  return { querySelector: () => meta };
}

describe('the path of the API', () => {
  it('is what the server of the page says', () => {
    expect(basePathOf(pageWith('/shop.v2/orders'))).to.equal('/shop.v2/orders');
  });

  it('is that of a proxy if the server says nothing, or no path', () => {
    for (const content of [undefined, '', '/', 'https://else.example', '//else.example/a']) {
      expect(basePathOf(pageWith(content))).to.equal('/api/v1');
    }
  });
});
