import type { IncomingMessage } from 'node:http';
import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import { createClientAddress, parseNetworks } from '../../src/http/client-address.ts';

function addressOf(trusted: readonly string[], remoteAddress: string, forwarded?: string): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return createClientAddress(parseNetworks(trusted))({
    socket: { remoteAddress },
    headers,
  } as unknown as IncomingMessage);
}

const proxies = ['10.0.0.0/8', '127.0.0.1', 'fd00::/8'];

describe('the address of a caller', () => {
  it('is that of the connection where no proxy is trusted, whatever the headers say', () => {
    expect(addressOf([], '192.0.2.1', '198.51.100.1')).to.equal('192.0.2.1');
    expect(addressOf(proxies, '192.0.2.1', '198.51.100.1')).to.equal('192.0.2.1');
  });

  it("is the last one that is not a trusted proxy's", () => {
    expect(addressOf(proxies, '10.1.2.3', '198.51.100.1')).to.equal('198.51.100.1');
    expect(addressOf(proxies, '10.1.2.3', '203.0.113.9, 198.51.100.1')).to.equal('198.51.100.1');
    expect(addressOf(proxies, '127.0.0.1', '1.1.1.1, 198.51.100.1 ,10.9.9.9')).to.equal('198.51.100.1');
    expect(addressOf(proxies, 'fd00::7', '2001:db8::1')).to.equal('2001:db8::1');
  });

  it('is that of the last proxy where the header has an invalid address', () => {
    expect(addressOf(proxies, '10.1.2.3')).to.equal('10.1.2.3');
    expect(addressOf(proxies, '10.1.2.3', '198.51.100.1, unknown')).to.equal('10.1.2.3');
    expect(addressOf(proxies, '10.1.2.3', '198.51.100.1, "><script>, 10.0.0.1')).to.equal('10.0.0.1');
  });

  it('is the same by IPv4 and by IPv4-mapped IPv6', () => {
    expect(addressOf(proxies, '::ffff:192.0.2.1')).to.equal('192.0.2.1');
    expect(addressOf(proxies, '::ffff:10.1.2.3', '::ffff:198.51.100.1')).to.equal('198.51.100.1');
  });
});

describe('trusted proxies', () => {
  it('are addresses and networks, and nothing else', () => {
    for (const wrong of ['nginx', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '10.0.0.0/-1', '*']) {
      expect(() => parseNetworks([wrong]), wrong).to.throw(
        ConfigError,
        'TRUSTED_PROXIES must list addresses',
      );
    }
    parseNetworks([...proxies, '::/0', '0.0.0.0/0']);
  });
});
