import { expect } from 'chai';
import { Origins } from '../../src/origins/origins.ts';

const page = { origin: 'https://app.example', host: 'api.example', cookie: 's=1', authorization: 'Bearer t' };

function originsWith(allowCredentials: boolean): Origins {
  return new Origins({ allowedOrigins: ['https://app.example'], allowCredentials });
}

describe('the permissions of pages of other origins', () => {
  it('include reading answers, where they are allowed', () => {
    expect(originsWith(false).headersFor(page)).to.deep.equal({
      'access-control-allow-origin': 'https://app.example',
    });
    expect(originsWith(true).headersFor(page)).to.deep.equal({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
    });
    expect(originsWith(true).headersFor({})).to.deep.equal({});
  });

  it('include credentials only where those are allowed', () => {
    const { cookie, ...rest } = page;

    expect(originsWith(true).credentialsOf(page)).to.include({ cookie });
    expect(originsWith(false).credentialsOf(page)).to.deep.equal({ ...rest, cookie: undefined });
  });

  it('do not concern pages of the same origin, or programs', () => {
    for (const headers of [
      { ...page, origin: 'https://api.example' },
      { cookie: 's=1', host: 'api.example' },
    ]) {
      expect(originsWith(false).credentialsOf(headers)).to.include({ cookie: 's=1' });
    }
  });
});
