import { expect } from 'chai';
import { parseBrokerUrl, splitBrokerUrls } from '../../../src/amqp/connection/broker-url.ts';

describe('the URL of a broker', () => {
  const urls: [url: string, expected: object][] = [
    ['amqp://h', { hostname: 'h', username: 'guest', password: 'guest', vhost: '%2F' }],
    ['AMQP://h/', { protocol: 'amqp', hostname: 'h', vhost: '%2F' }],
    ['amqps://h:5671/%2F', { protocol: 'amqps', port: 5671, vhost: '%2F' }],
    ['amqp://h:/v', { hostname: 'h', vhost: 'v' }],
    ['amqp:///v', { hostname: 'localhost', vhost: 'v' }],
    ['amqp://[::1]:5672', { hostname: '::1', port: 5672 }],
    ['amqp://[fe80::1%25eth0]', { hostname: 'fe80::1%eth0' }],
    ['amqp://%68ost', { hostname: 'host' }],
    ['amqp://u:p@h', { username: 'u', password: 'p' }],
    ['amqp://u@h', { username: 'u', password: '' }],
    ['amqp://:p@h', { username: '', password: 'p' }],
    ['amqp://u:a:b@h', { username: 'u', password: 'a:b' }],
    ['amqp://u:p%C3%BC%E2%82%AC%F0%9F%94%91@h', { password: 'pü€🔑' }],
    ['amqp://%C3%BC:ü@h', { username: 'ü', password: 'ü' }],
    ['amqp://u:%2F%3F%23%40%3A%25%20@h', { password: '/?#@:% ' }],
    ["amqp://u:!$&'()*+,;=-._~@h", { password: "!$&'()*+,;=-._~" }],
    ['amqp://u:a@b@h', { password: 'a@b' }],
    ['amqp://h/%C3%BC%2Fb', { vhost: '%C3%BC%2Fb' }],
    ['amqp://h/a/b', { vhost: 'a%2Fb' }],
    ['amqp://h/.', { vhost: '.' }],
    ['amqp://h/..%2F', { vhost: '..%2F' }],
    ['amqp://h?heartbeat=3', { heartbeat: 3, vhost: '%2F' }],
    ['amqp://h/v?channel_max=100&frame_max=8192', { channelMax: 100, frameMax: 8192 }],
    ['amqp://h/v?channelMax=100&frameMax=0', { channelMax: 100, frameMax: 0 }],
  ];
  for (const [url, expected] of urls) {
    it(`of ${url} is understood`, () => {
      expect(parseBrokerUrl(url).connect).to.deep.include(expected);
    });
  }

  it('is shown without its user, password and parameters', () => {
    const { place, host } = parseBrokerUrl('amqps://u:hunter2@h:1/v%2F?verify=verify_none');

    expect({ place, host }).to.deep.equal({ place: 'amqps://h:1/v%2F', host: 'h:1' });
  });

  it('configures TLS', () => {
    const { tls, isEncrypted, isExternal, timeoutMs } = parseBrokerUrl(
      'amqps://h?cacertfile=/a+b%20c.pem&certfile=c.pem&keyfile=k.pem&server_name_indication=n&auth_mechanism=EXTERNAL&connection_timeout=900',
    );

    expect(tls).to.deep.equal({
      cacertfile: '/a+b c.pem',
      certfile: 'c.pem',
      keyfile: 'k.pem',
      servername: 'n',
      isVerified: true,
    });
    expect({ isEncrypted, isExternal, timeoutMs }).to.deep.equal({
      isEncrypted: true,
      isExternal: true,
      timeoutMs: 900,
    });
    expect(parseBrokerUrl('amqps://h?verify=verify_none').tls.isVerified).to.equal(false);
  });

  const mistakes: [url: string, reason: RegExp][] = [
    ['localhost', /must begin with amqp:\/\/ or amqps:\/\//],
    ['amqp:localhost', /must begin with amqp:\/\//],
    ['http://h', /must begin with amqp:\/\//],
    ['amqp://a,b', /is not a URL of the form/],
    ['amqp://u:hunter2/x@h', /is not a URL of the form/],
    ['amqp://u:hunter2#x@h', /has a #/],
    ['amqp://u:1?hunter2@h', /unknown parameter; the known ones are .*%3F/],
    ['amqp://u:hunter2%@h', /password that is not percent-encoded UTF-8; write a % as %25/],
    ['amqp://u:hunter2%FF@h', /password that is not percent-encoded/],
    ['amqp://u%zz@h', /user that is not/],
    ['amqp://h/%', /vhost that is not/],
    ['amqp://h:0', /port from 1 to 65535/],
    ['amqp://h:65536', /port from 1 to 65535/],
    ['amqp://h:x', /is not a URL/],
    ['amqp://[::1', /is not a URL/],
    ['amqp://h?hartbeat=3', /the unknown parameter hartbeat; the known ones are .*heartbeat/],
    ['amqp://h?heartbeat=3&heartbeat=4', /heartbeat twice/],
    ['amqp://h?heartbeat=', /heartbeat without a value/],
    ['amqp://h?heartbeat=-1', /whole number from 0 to 65535 as heartbeat/],
    ['amqp://h?connection_timeout=0', /from 1 to 600000 as connection_timeout/],
    ['amqp://h?frame_max=100', /0 or at least 4096 as frame_max/],
    ['amqp://h?cacertfile=/ca.pem', /cacertfile, which needs TLS/],
    ['amqps://h?verify=no', /verify_peer or verify_none as verify/],
    ['amqps://h?certfile=c.pem', /both certfile and keyfile/],
    ['amqps://h?certfile=%', /percent-encoded/],
  ];
  for (const [url, reason] of mistakes) {
    it(`of ${url} is refused with a reason that keeps the password`, () => {
      expect(() => parseBrokerUrl(url))
        .to.throw(SyntaxError, reason)
        .with.property('message')
        .that.does.not.contain('hunter2');
    });
  }

  it('may be one of a list, split at the commas before another URL', () => {
    expect(splitBrokerUrls('amqp://u:a,b@h/v,w, amqps://c ,,http://d,')).to.deep.equal([
      'amqp://u:a,b@h/v,w',
      'amqps://c',
      'http://d',
    ]);
    expect(splitBrokerUrls(' ')).to.deep.equal([]);
    expect(splitBrokerUrls('amqp://a,b')).to.deep.equal(['amqp://a,b']);
  });
});
