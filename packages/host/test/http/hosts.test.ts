import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import { createHostRule, parseAllowedHosts } from '../../src/http/hosts.ts';

interface Listener {
  readonly host: string;
  readonly allowedHosts?: readonly string[];
}

function isAllowed({ host: listening, allowedHosts = [] }: Listener, host: string | undefined): boolean {
  return createHostRule({ host: listening, allowedHosts })({ headers: host === undefined ? {} : { host } });
}

describe('the host rule', () => {
  for (const listening of ['127.0.0.1', 'localhost', '::1', '127.0.0.53']) {
    for (const name of [
      ['localhost', 'localhost:8080', 'LOCALHOST', 'localhost.', 'shop.localhost:80', 'a.b.localhost.'],
      ['127.0.0.1', '127.0.0.1:8080', '127.255.0.9', '127.1', '[::1]', '[::1]:9', '[0:0:0:0:0:0:0:1]'],
    ].flat()) {
      it(`allows ${name} for a server on ${listening}`, () => {
        expect(isAllowed({ host: listening }, name)).to.equal(true);
      });
    }
  }

  for (const name of [
    ['evil.example', 'evil.example:8080', 'localhost.evil.example', 'notlocalhost', 'localhost.x'],
    ['127.0.0.1.evil.example', '127.0.0.1.nip.io', '0.0.0.0:8080', '10.0.0.1', '128.0.0.1', '[::2]', '[::]'],
    [
      '',
      ' ',
      ':8080',
      '.',
      'localhost:x',
      'localhost/',
      'evil.example/.localhost',
      'evil.example#.localhost',
    ],
    ['user@localhost', 'localhost@evil.example', 'evil.example?.localhost', 'evil.example\\.localhost'],
    ['localhost, evil.example', '[::1', '[localhost]', 'local%68ost:x'],
  ].flat()) {
    it(`refuses ${JSON.stringify(name)} on loopback`, () => {
      expect(isAllowed({ host: '127.0.0.1' }, name)).to.equal(false);
    });
  }

  it('recognizes loopback in every notation', () => {
    for (const host of ['127.1', 'LOCALHOST', 'localhost.', '0:0:0:0:0:0:0:1']) {
      expect(isAllowed({ host }, 'evil.example'), host).to.equal(false);
      expect(isAllowed({ host }, 'localhost'), host).to.equal(true);
    }
  });

  it('allows requests without a host, which browsers never send', () => {
    expect(isAllowed({ host: '127.0.0.1' }, undefined)).to.equal(true);
  });

  it('allows any name on a public address, unless the operator restricts them', () => {
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'gateway.internal']) {
      expect(isAllowed({ host }, 'api.example')).to.equal(true);
      expect(isAllowed({ host, allowedHosts: ['api.example'] }, 'api.example')).to.equal(true);
      expect(isAllowed({ host, allowedHosts: ['api.example'] }, 'evil.example')).to.equal(false);
      expect(isAllowed({ host, allowedHosts: ['api.example'] }, 'localhost:8080')).to.equal(true);
    }
    for (const [host, name] of [
      ['10.0.0.1', '10.0.0.1:80'],
      ['fd00:0::1', '[fd00::1]:80'],
      ['Gateway.internal', 'gateway.internal'],
    ] as const) {
      expect(isAllowed({ host, allowedHosts: ['a.example'] }, name), name).to.equal(true);
    }
  });

  it('allows the names that the operator allows', () => {
    const allowedHosts = parseAllowedHosts(['API.example', '*.shop.example']);
    const rule = (name: string) => isAllowed({ host: '127.0.0.1', allowedHosts }, name);

    expect(
      ['api.example', 'Api.Example.:443', 'eu.shop.example', 'a.b.shop.example'].map(rule),
    ).to.deep.equal(Array.from({ length: 4 }, () => true));
    expect(['shop.example', 'evilshop.example', 'api.example.evil', 'x.api.example'].map(rule)).to.deep.equal(
      Array.from({ length: 4 }, () => false),
    );
    expect(isAllowed({ host: '127.0.0.1', allowedHosts: parseAllowedHosts(['*']) }, 'any.example')).to.equal(
      true,
    );
  });

  it('decides alike however many names it has seen', () => {
    const rule = createHostRule({ host: '127.0.0.1', allowedHosts: [] });

    for (let i = 0; i < 3_000; i += 1) {
      expect(rule({ headers: { host: `${i}.example` } })).to.equal(false);
      expect(rule({ headers: { host: `${i}.localhost` } })).to.equal(true);
    }
  });

  for (const name of [
    'api.example:80',
    'https://api.example',
    'a/b',
    '*.*',
    'a*.example',
    '*.',
    '.example',
    'a b',
  ]) {
    it(`does not accept ${name} as a name`, () => {
      expect(() => parseAllowedHosts([name])).to.throw(ConfigError, /^ALLOWED_HOSTS /);
    });
  }
});
