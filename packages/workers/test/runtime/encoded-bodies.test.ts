import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { usePostgres } from '../support/databases.ts';
import { useWorkers } from '../support/workers.ts';

describe('a module', () => {
  it('gets a body that is not JSON as text or as bytes', async () => {
    const seen: unknown[] = [];
    const { request, publish, deadLetters } = await useWorkers({
      db: await usePostgres(),
      call: async ({ data }) => void seen.push(data),
      event: async ({ data }) => void seen.push(data),
    });
    const refused = deadLetters('POST /events');

    await request('POST /calls/{id}', { data: '"a;b"', encoding: 'text' });
    await request('POST /calls/{id}', { data: '"/+8="', encoding: 'base64' });
    await publish('POST /events', 'null', { body: Buffer.from('{"data":"not base64","encoding":"base64"}') });

    const letter = await until(() => refused[0]);
    expect(seen).to.deep.equal(['a;b', Buffer.from([0xff, 0xef])]);
    expect(letter.headers['x-dead-reason']).to.equal(
      'the message is not an envelope: its data is not base64',
    );
  });
});
