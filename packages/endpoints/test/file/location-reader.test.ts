import { expect } from 'chai';
import { parse } from '../parse.ts';

const withLocation =
  (location: string, more = 'fanout: true'): (() => unknown) =>
  () =>
    parse(`endpoints:
  POST /orders/{shop}: { ${more}, location: '${location}', body: { properties: { id: {} }, additionalProperties: false } }
`);

describe('the location of an endpoint', () => {
  for (const location of [
    '/orders/{data.id}',
    '/o/{messageId}',
    '{messageId}',
    '../{params.shop}',
    'https://a.example/{data.id}?b=c',
  ]) {
    it(`may be ${location}`, () => {
      expect(withLocation(location)).not.to.throw();
    });
  }

  const mistakes: readonly (readonly [location: string, message: string])[] = [
    ['//a.example/{data.id}', 'must be the path or the URL of a resource'],
    ['/a b', 'must be the path or the URL of a resource'],
    ['/ü', 'must be the path or the URL of a resource'],
    ['/o/{data.ID}', 'the `body` of `POST /orders/{shop}` has no `ID`'],
    ['/o/{params.id}', 'has no parameter `{id}`'],
    ['/o/{identity.subject}', 'is public'],
    ['/o/{id}', '`id` does not name a value of a call'],
    ['/o/{data.id', 'without its counterpart'],
  ];
  for (const [location, message] of mistakes) {
    it(`is not ${location}`, () => {
      expect(withLocation(location)).to.throw(message);
    });
  }

  it('is the only thing that can have the id of the message', () => {
    const publish = 'publish: { exchange: events, routingKey: "{messageId}" }';

    expect(withLocation('/a', publish)).to.throw('`messageId` does not name a value of a call');
  });
});

describe('the answer with an id', () => {
  it('does not fit sources between workers', () => {
    expect(() => parse('internal: { a: { fanout: { answer: id } } }')).to.throw(
      '`answer` only fits endpoints',
    );
  });
});
