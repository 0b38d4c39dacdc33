import { expect } from 'chai';
import { messageUuid } from '../../src/handlers/message-uuid.ts';

describe('messageUuid', () => {
  it('keeps an id that is a UUID', () => {
    const id = '0190a5c4-7d7e-7abc-8def-0123456789ab';

    expect(messageUuid(id)).to.equal(id);
  });

  it('gives another id the same UUID of version 5 each time', () => {
    expect(messageUuid('order-7')).to.equal(messageUuid('order-7'));
    expect(messageUuid('order-7')).to.match(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(messageUuid('order-7')).not.to.equal(messageUuid('order-8'));
  });

  it('gives each message without an id another', () => {
    expect(messageUuid('')).to.match(/^[0-9a-f-]{36}$/);
    expect(messageUuid('')).not.to.equal(messageUuid(''));
  });
});
