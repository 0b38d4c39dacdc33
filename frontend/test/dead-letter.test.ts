import { expect } from 'chai';
import { type DeadLetter, fetchDeadLetter, resultOf, sortDeadLetters } from '../src/lib/dead-letter.ts';
import type { FetchOptions } from '../src/lib/fetch-text.ts';

function letter(messageId: string): DeadLetter {
  return {
    messageId,
    endpoint: 'POST /a',
    queue: 'q',
    routingKey: '',
    reason: '',
    attempts: 1,
    requestId: undefined,
    publishedAt: '',
    diedAt: undefined,
    bodyBytes: 2,
    body: '{}',
  };
}

describe('dead letters', () => {
  it('are requested by the ids that were shown, and by their number', async () => {
    const asked: [string, FetchOptions | undefined][] = [];
    const fetch = async (url: string, options?: FetchOptions) => {
      asked.push([url, options]);
      return '{"purged":2}';
    };

    const done = await sortDeadLetters('purge', {
      queue: '/a:POST.dead',
      letters: [letter('x'), letter('y')],
      fetch,
    });

    expect(done).to.equal(2);
    expect(asked.map(([url, options]) => [url, options?.json])).to.deep.equal([
      ['/system/v1/dead-letters/purge', { queue: '/a:POST.dead', ids: ['x', 'y'], limit: 2 }],
    ]);
  });

  it('are found by id, or not at all', async () => {
    const answers = [{ letters: [letter('x')] }, { letters: [] }];
    const fetch = async () => JSON.stringify(answers.shift());

    const found = [
      await fetchDeadLetter({ queue: 'q', id: 'x', fetch }),
      await fetchDeadLetter({ queue: 'q', id: 'x', fetch }),
    ];

    expect(found.map((one) => one?.messageId)).to.deep.equal(['x', undefined]);
  });

  it('are reported: how many were processed, and how many were gone', () => {
    const results = [
      resultOf('purge', 1, 1),
      resultOf('replay', 5, 5),
      resultOf('replay', 5, 4),
      resultOf('purge', 3, 0),
    ];

    expect(results).to.deep.equal([
      'Deleted 1 message.',
      'Replayed 5 messages.',
      'Replayed 4 of 5 messages; 1 was no longer in the queue.',
      'Deleted 0 of 3 messages; 3 were no longer in the queue.',
    ]);
  });
});
