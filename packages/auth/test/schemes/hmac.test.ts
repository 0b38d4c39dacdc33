import { createHmac } from 'node:crypto';
import { type HmacScheme, parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import type { Credentials } from '../../src/caller/credentials.ts';
import { AuthFailure } from '../../src/caller/principal.ts';
import { openHmac } from '../../src/schemes/hmac.ts';

const event = '{"id":"evt_1","object":"event"}';

/** Reads a scheme as the file has it; published signatures are old. */
function schemeOf(keys: string, toleranceMs?: number): HmacScheme {
  const source = `endpoints: { POST /a: { fanout: true, body: true } }\nauth: { schemes: { hooks: { hmac: { ${keys} } } } }`;
  const { auth } = parseEndpoints(source, { file: 'endpoints.yaml', directory: '/' });
  const [scheme] = auth?.schemes ?? [];
  return { ...(scheme as HmacScheme), ...(toleranceMs !== undefined && { toleranceMs }) };
}

interface Call {
  readonly headers: Credentials;
  readonly body?: string;
}

/** The subject, or the reason why the caller is refused. */
async function verify(scheme: HmacScheme, { headers, body = event }: Call): Promise<string> {
  const verifier = openHmac(scheme);
  if (!verifier.recognises(headers)) return 'not recognised';
  try {
    const { identity } = await verifier.verify(headers, async () => Buffer.from(body));
    return identity.subject;
  } catch (error) {
    if (error instanceof AuthFailure && error.kind === 'invalid') return error.message;
    throw error;
  }
}

const ever = Number.POSITIVE_INFINITY;
const stripeSecret = 'whsec_test_secret_of_stripe';
const standardSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Signatures that the senders publish, or else made with `openssl dgst`. */
interface Vector extends Required<Call> {
  /** The keys of the scheme. */
  readonly keys: string;
}

const vectors = {
  github: {
    keys: `form: github, secrets: ["It's a Secret to Every\\x62ody"]`,
    headers: {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
    body: 'Hello, World!',
  },
  stripe: {
    keys: `form: stripe, secrets: [${stripeSecret}]`,
    headers: {
      'stripe-signature':
        't=1492774577,v1=2487a665b0ecf1d2d463404ca93fa3c8fde4b8f9dec1858688b2fa858cd36e16,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39',
    },
    body: event,
  },
  'standard-webhooks': {
    keys: `form: standard-webhooks, secrets: [${standardSecret}]`,
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature':
        'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v1a,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    body: '{"test": 2432232314}',
  },
  'Slack, by its parts': {
    keys: 'header: x-slack-signature, prefix: v0=, timestampHeader: x-slack-request-timestamp, content: "v0:{timestamp}:{body}", secrets: [8f742231b10e8888abcd99yyyzzz85a5]',
    headers: {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    },
    body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  },
  'SHA-512 in base64': {
    keys: 'header: x-shop, algorithm: sha512, encoding: base64, secrets: [a secret of the shop]',
    headers: {
      'x-shop': 'iuYbdhUupjGOuXAdaoMcSrhB4tjiZEOOc/SS8YBlX9+EQWysXI4vyu/QaccjTKBgRE81JZy4ws6O2lAHC1SAqQ==',
    },
    body: event,
  },
  'SHA-1 in hexadecimal': {
    keys: 'header: x-shop, algorithm: sha1, secrets: [a secret of the shop]',
    headers: { 'x-shop': 'E4AFEFE08F9A4D89DAD19667D8D7F6B9A87AACE0' },
    body: event,
  },
} satisfies Readonly<Record<string, Vector>>;

function stripeHeader(epochSeconds: number, secret = stripeSecret, body = event): string {
  const signature = createHmac('sha256', secret).update(`${epochSeconds}.${body}`).digest('hex');
  return `t=${epochSeconds},v1=${signature}`;
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

describe('a signature of a body', () => {
  for (const [name, { keys, ...call }] of Object.entries(vectors)) {
    it(`is accepted as ${name} makes it, and not for another body`, async () => {
      const scheme = schemeOf(keys, ever);

      expect(await verify(scheme, call)).to.equal('hooks');
      expect(await verify(scheme, { ...call, body: `${call.body} ` })).to.equal(
        'no secret makes this signature of the body',
      );
    });
  }

  it('is accepted by any of the secrets, and not by another one', async () => {
    const scheme = schemeOf(`form: stripe, secrets: [a new secret of theirs, "", ${stripeSecret}]`);
    const by = (secret: string): Promise<string> =>
      verify(scheme, { headers: { 'stripe-signature': stripeHeader(nowSeconds(), secret) } });

    expect(await by('a new secret of theirs')).to.equal('hooks');
    expect(await by(stripeSecret)).to.equal('hooks');
    expect(await by('a secret of another')).to.equal('no secret makes this signature of the body');
    expect(await by('')).to.equal('no secret makes this signature of the body');
  });

  it('is accepted within the tolerance before and after its time', async () => {
    const scheme = schemeOf(`form: stripe, secrets: [${stripeSecret}], tolerance: 1m`);
    const at = (seconds: number): Promise<string> =>
      verify(scheme, { headers: { 'stripe-signature': stripeHeader(nowSeconds() + seconds) } });

    expect(await at(-50)).to.equal('hooks');
    expect(await at(50)).to.equal('hooks');
    expect(await at(-70)).to.equal('the signature is too old');
    expect(await at(70)).to.equal('the time of the signature is in the future');
    expect(await at(-86_400)).to.equal('the signature is too old');
  });

  it('identifies the sender by subject and scopes, and the call by the id of its delivery', async () => {
    const scheme = schemeOf(
      `form: standard-webhooks, secrets: [${standardSecret}], subject: shop, scopes: [a, b]`,
      ever,
    );
    const { headers, body } = vectors['standard-webhooks'];

    const principal = await openHmac(scheme).verify(headers, async () => Buffer.from(body));

    expect(principal).to.deep.equal({
      identity: { subject: 'shop', scheme: 'hooks', scopes: ['a', 'b'], claims: {} },
      expiresEpochMs: undefined,
      callId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    });
  });
});

describe('headers without a usable signature', () => {
  const digest = 'a'.repeat(64);
  const noSignature = 'stripe-signature has no signature of the expected form';

  const headersOf: Readonly<Record<string, readonly [header: string, reason: string]>> = {
    'an empty one': ['', noSignature],
    'eight kilobytes of garbage': ['x'.repeat(8192), noSignature],
    'eight kilobytes of commas': [','.repeat(8192), noSignature],
    'too short a digest': [`t=1,v1=${digest.slice(2)}`, noSignature],
    'too long a digest': [`t=1,v1=${digest}aa`, noSignature],
    'a digest that is not hexadecimal': [`t=1,v1=${digest.slice(1)}g`, noSignature],
    'another version': [`t=1,v0=${digest}`, noSignature],
    'a hundred signatures': [
      `t=${nowSeconds()}${`,v1=${digest}`.repeat(100)}`,
      'stripe-signature has more than 16 signatures',
    ],
    'a signature without a time': [`v1=${digest}`, 'the time of the signature is missing'],
    'two times': [`t=${nowSeconds()},t=1,v1=${digest}`, 'the time of the signature is missing'],
    'a time that is not a number': [`t=1e9,v1=${digest}`, 'the time of the signature is missing'],
    'a time before 1970': [`t=-1,v1=${digest}`, 'the time of the signature is missing'],
  };
  for (const [name, [header, reason]] of Object.entries(headersOf)) {
    it(`are refused before the body is read: ${name}`, async () => {
      const verifier = openHmac(schemeOf(`form: stripe, secrets: [${stripeSecret}]`));
      let reads = 0;
      const readBody = async (): Promise<Buffer> => {
        reads += 1;
        return Buffer.from(event);
      };

      const failure = await verifier.verify({ 'stripe-signature': header }, readBody).catch((error) => error);

      expect(failure).to.be.instanceOf(AuthFailure).with.property('message', reason);
      expect(reads).to.equal(0);
    });
  }

  it('are not recognised where the header is missing or repeated', async () => {
    const { keys, headers } = vectors.github;
    const scheme = schemeOf(keys);
    const { 'x-hub-signature-256': header } = headers;

    expect(await verify(scheme, { headers: {} })).to.equal('not recognised');
    expect(await verify(scheme, { headers: { 'x-hub-signature-256': [header, 'x'] } })).to.equal(
      'not recognised',
    );
  });

  it('are refused without the id or the time that are signed', async () => {
    const { keys, headers, body } = vectors['standard-webhooks'];
    const without = (name: string): Promise<string> =>
      verify(schemeOf(keys, ever), { headers: { ...headers, [name]: undefined }, body });

    expect(await without('webhook-id')).to.equal('webhook-id is missing or malformed');
    expect(await without('webhook-timestamp')).to.equal('the time of the signature is missing');
  });

  it('are refused where base64 is malformed, or differs in one character', async () => {
    const { keys, headers: given, body } = vectors['standard-webhooks'];
    const by = (signature: string): Promise<string> =>
      verify(schemeOf(keys, ever), { headers: { ...given, 'webhook-signature': signature }, body });
    const right = 'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

    expect(await by(`v1,${right}`)).to.equal('hooks');
    expect(await by(`v1,h${right.slice(1)}`)).to.equal('no secret makes this signature of the body');
    expect(await by(`v1, ${right}`)).to.contain('no signature of the expected form');
    expect(await by(`v1,${right}=`)).to.contain('no signature of the expected form');
    expect(await by(`v1,${right.replace('+', '-')}`)).to.contain('no signature of the expected form');
    expect(await by(right)).to.contain('no signature of the expected form');
  });
});
