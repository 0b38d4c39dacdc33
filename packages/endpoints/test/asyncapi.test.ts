import { expect } from 'chai';
import { asyncApiOf, type JsonObject, topologyOf } from '../src/index.ts';
import { compileAt, isJsonSchema, refsIn, valueAt } from './emitted.ts';
import { parse } from './parse.ts';

const model = parse(`endpoints:
  POST /notes/:
    summary: Keep a note
    fanout: true
    body:
      $defs: { note: { properties: { next: { $ref: "#/$defs/note" } }, additionalProperties: false } }
      $ref: "#/$defs/note"
    feed: notes
  GET /notes/{id}:
    rpc: { timeout: 2s }
    params: { properties: { id: { type: integer } } }
    query: { properties: { limit: { type: integer } } }
    reply: { type: array, items: { $ref: "#/$defs/note" }, $defs: { note: { type: object } } }
  PUT /notes/: { rpc: true, body: true, feed: notes, tags: [pens, paper] }
workers:
  store: { on: POST /notes/, use: append, table: t }
  mail: { on: POST /notes/, use: ./mail.ts, queue: "outgoing mail" }
feeds:
  notes: { maxAge: 2m, maxBytes: 5MB, public: false, payload: [id] }
`);

const document = asyncApiOf(model, { version: '1.2.3' });
const channels = document['channels'] as Readonly<Record<string, JsonObject>>;
const operations = document['operations'] as Readonly<Record<string, JsonObject>>;

describe('asyncApiOf', () => {
  it('describes the application', () => {
    expect(document).to.deep.include({ asyncapi: '3.0.0', info: { title: 'restmapper', version: '1.2.3' } });
  });

  it('groups the operations of the gateway by tags', () => {
    const tags = ['postNotes', 'putNotes'].map((name) => operations[`send.${name}`]?.['tags']);

    expect(tags).to.deep.equal([[{ name: 'notes' }], [{ name: 'pens' }, { name: 'paper' }]]);
  });

  it('has a channel for each exchange, queue and feed, named as on the bus', () => {
    const named = Object.entries(channels).map(([id, channel]) => [
      id,
      valueAt(channel, '/bindings/amqp/exchange/name') ?? valueAt(channel, '/bindings/amqp/queue/name'),
    ]);

    expect(Object.fromEntries(named)).to.deep.equal({
      'exchange.postNotes': '/notes/:POST',
      'exchange.getNotesById': '/notes/{id}:GET',
      'exchange.putNotes': '/notes/:PUT',
      'queue.postNotes': '/notes/:POST',
      'queue.postNotes.mail': 'outgoing mail',
      'queue.getNotesById': '/notes/{id}:GET',
      'queue.putNotes': '/notes/:PUT',
      'feed.notes': 'feed:notes',
      replies: 'RPC',
    });
  });

  it('declares exchanges and queues as the topology does', () => {
    const { exchanges, queues } = topologyOf(model);
    const declared = Object.values(channels).map(
      (channel) => valueAt(channel, '/bindings/amqp') as JsonObject,
    );

    for (const { name, type } of exchanges) {
      const exchange = { name, type, durable: true, autoDelete: false };
      expect(declared).to.deep.include({ is: 'routingKey', exchange, bindingVersion: '0.3.0' });
    }
    for (const { name } of queues) {
      const queue = { name, durable: true, exclusive: false, autoDelete: false };
      expect(declared).to.deep.include({ is: 'queue', queue, bindingVersion: '0.3.0' });
    }
  });

  it('has no address that would be read as one with parameters', () => {
    expect(channels['exchange.postNotes']).to.have.property('address', '/notes/:POST');
    expect(channels['exchange.getNotesById']).to.have.property('address', null);
  });

  it('states the bindings of a queue, and describes a feed', () => {
    expect(channels['queue.postNotes.mail']?.['x-restmapper']).to.deep.equal({
      kind: 'work',
      arguments: {
        'x-queue-type': 'quorum',
        'x-delivery-limit': 20,
        'x-overflow': 'reject-publish',
        'x-dead-letter-strategy': 'at-least-once',
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': 'outgoing mail.dead',
      },
      boundTo: [{ exchange: '/notes/:POST', routingKey: '' }],
      deadLetters: 'outgoing mail.dead',
    });
    expect(channels['feed.notes']?.['x-restmapper']).to.deep.equal({
      kind: 'feed',
      arguments: {
        'x-queue-type': 'stream',
        'x-max-age': '120s',
        'x-max-length-bytes': 5_000_000,
        'x-stream-max-segment-size-bytes': 1_000_000,
      },
      boundTo: [
        { exchange: '/notes/:POST', routingKey: '' },
        { exchange: '/notes/:PUT', routingKey: '/notes/:PUT' },
      ],
      public: false,
      payload: ['id'],
      maxAgeSeconds: 120,
      maxBytes: 5_000_000,
    });
    expect(channels['feed.notes']?.['messages']).to.have.all.keys('PostNotes', 'PutNotes');
  });

  it('sends events that are persistent, and requests that expire and have a reply queue', () => {
    expect(operations['send.postNotes']).to.deep.equal({
      action: 'send',
      summary: 'Keep a note',
      tags: [{ name: 'notes' }],
      channel: { $ref: '#/channels/exchange.postNotes' },
      messages: [{ $ref: '#/channels/exchange.postNotes/messages/PostNotes' }],
      bindings: { amqp: { deliveryMode: 2, mandatory: true, timestamp: true, bindingVersion: '0.3.0' } },
    });
    expect(operations['send.getNotesById']).to.deep.include({
      bindings: {
        amqp: {
          deliveryMode: 1,
          mandatory: true,
          timestamp: true,
          expiration: 2000,
          bindingVersion: '0.3.0',
        },
      },
    });
    expect(valueAt(operations['send.getNotesById'] ?? {}, '/reply/channel/$ref')).to.equal(
      '#/channels/replies',
    );
  });

  it('receives from every queue and feed, and replies to requests', () => {
    const receiving = Object.keys(operations).filter((id) => id.startsWith('receive.'));

    expect(receiving).to.deep.equal([
      'receive.queue.postNotes',
      'receive.queue.postNotes.mail',
      'receive.queue.getNotesById',
      'receive.queue.putNotes',
      'receive.feed.notes',
    ]);
    expect(receiving.filter((id) => operations[id]?.['reply'])).to.deep.equal([
      'receive.queue.getNotesById',
      'receive.queue.putNotes',
    ]);
  });

  it('describes the envelope of a message as the endpoint does', () => {
    const event = compileAt(document, '/components/messages/PostNotes/payload/schema');
    const request = compileAt(document, '/components/messages/GetNotesById/payload/schema');

    expect(event({ data: { next: { next: {} } }, args: null })).to.equal(true);
    expect(event({ data: { next: { text: 1 } }, args: null })).to.equal(false);
    expect(event({ data: {} })).to.equal(false);
    expect(request({ data: null, args: { limit: 1 }, params: { id: 7 } })).to.equal(true);
    expect(request({ data: null, args: { limit: 1 } })).to.equal(false);
    expect(request({ data: 1, args: {}, params: { id: 7 } })).to.equal(false);
  });

  it('describes a reply as what the endpoint declares, or an error', () => {
    const reply = compileAt(document, '/components/messages/GetNotesByIdReply/payload/schema');

    expect(reply([{}])).to.equal(true);
    expect(reply([1])).to.equal(false);
    expect(reply({ error: { code: 404, description: 'gone' } })).to.equal(true);
  });

  it('titles every payload, and moves definitions to the components', () => {
    const titles = [
      '/components/messages/PostNotes/payload/schema/title',
      '/components/messages/GetNotesById/payload/schema/title',
      '/components/messages/GetNotesById/payload/schema/properties/args/title',
      '/components/messages/GetNotesByIdReply/payload/schema/title',
    ].map((place) => valueAt(document, place));

    expect(titles).to.deep.equal(['PostNotes', 'GetNotesById', 'GetNotesByIdArgs', 'GetNotesByIdReply']);
    expect(valueAt(document, '/components/schemas')).to.have.all.keys(
      'PostNotesBodyNote',
      'GetNotesByIdReplySuccessNote',
    );
    expect(JSON.stringify(document)).to.not.contain('$defs');
  });

  it('names the headers by which a worker keeps the deadline, and marks its reply', () => {
    const headersOf = (name: string) =>
      Object.keys(valueAt(document, `/components/messages/${name}/headers/properties`) as JsonObject);

    expect(headersOf('GetNotesById')).to.include.members(['x-deadline', 'x-remaining-ms']);
    expect(headersOf('PostNotes')).to.not.include('x-remaining-ms');
    expect(headersOf('GetNotesByIdReply')).to.have.members(['status', 'x-reply']);
  });

  it('has the name from the file', () => {
    const named = parse('info: { title: Notes, version: "2" }\nendpoints:\n  POST /a: { fanout: true }\n');

    expect(asyncApiOf(named, { version: '1' })['info']).to.deep.equal({ title: 'Notes', version: '2' });
  });

  it('has no place for replies without an rpc endpoint', () => {
    const { channels } = asyncApiOf(parse('endpoints:\n  POST /a: { fanout: true }\n'), { version: '1' });

    expect(channels).to.have.all.keys('exchange.postA', 'queue.postA');
  });

  it('has no dangling references, and valid schemas only', () => {
    for (const ref of refsIn(document)) expect(valueAt(document, ref), ref).to.be.an('object');
    const messages = valueAt(document, '/components/messages') as Readonly<Record<string, JsonObject>>;
    for (const message of Object.values(messages)) {
      expect(valueAt(message, '/payload/schemaFormat')).to.match(/2020-12$/);
      expect(isJsonSchema(valueAt(message, '/payload/schema'))).to.equal(true);
    }
  });
});

describe('the message of an endpoint with CloudEvents', () => {
  const withEvents = parse(`endpoints:
  POST /o/{id}:
    fanout: { cloudEvents: true }
    body: { type: object, properties: { n: { type: integer } } }
    query: { properties: { q: { type: integer } } }
  POST /p: { fanout: { cloudEvents: true }, body: true }
`);
  const document = asyncApiOf(withEvents, { version: '1' });
  const event = { specversion: '1.0', id: '1', source: '/s', type: 't' };

  it('is an event whose other parts are texts of JSON', () => {
    const place = '/components/messages/PostOById';
    const accepts = compileAt(document, `${place}/payload/schema`);
    const message = { ...event, data: { n: 1 }, args: '{"q":1}', params: '{"id":"7"}' };

    expect(valueAt(document, `${place}/contentType`)).to.equal('application/cloudevents+json');
    expect(accepts(message)).to.equal(true);
    expect(accepts({ ...message, args: { q: 1 } })).to.equal(false);
    expect(accepts({ ...message, data: { n: 'x' } })).to.equal(false);
    expect(accepts({ ...message, source: undefined })).to.equal(false);
  });

  it('has no args where the query is empty', () => {
    const accepts = compileAt(document, '/components/messages/PostP/payload/schema');

    expect(accepts({ ...event, data: 1 })).to.equal(true);
  });
});
