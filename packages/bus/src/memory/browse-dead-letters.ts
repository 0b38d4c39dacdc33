import { type DecideDeadLetter, readDeadLetter, type BrowsedDeadLetters } from '../contract/dead-letter.ts';
import { type DeadLetterPlace, reasonOf } from '../dispatch/dead-letter-place.ts';
import type { Destination, MemoryBroker } from './memory-broker.ts';
import { copyMessage } from './stored-message.ts';
import type { Posted, Stored } from './stored-message.ts';

/** Passes the waiting dead letters to a callback, and applies its decisions, all in one turn. */
export function browseDeadLetters(
  place: DeadLetterPlace,
  broker: MemoryBroker,
  sorter: DecideDeadLetter,
): BrowsedDeadLetters {
  const letters = broker.queue(place.letters);
  const counts = { seen: 0, replayed: 0, purged: 0 };
  let isStopped = false;
  const sort = (stored: Stored): void => {
    const { message, routingKey } = stored.posted;
    const reason = reasonOf(place, routingKey);
    const death = { queue: place.queue, routingKey, attempt: stored.attempt, reason };
    const letter = readDeadLetter(copyMessage(message), death);
    counts.seen += 1;
    const fate = sorter(letter);
    if (fate === 'keep' || fate === 'stop') {
      isStopped = fate === 'stop';
      return letters.putBack(stored);
    }
    if (fate === 'replay') {
      const posted = { routingKey, message: { ...message, headers: letter.headers } };
      for (const destination of destinationsOf(posted, place, broker)) destination.post(posted);
    }
    counts[fate === 'replay' ? 'replayed' : 'purged'] += 1;
    letters.drop(stored);
  };
  for (const stored of letters.takeWaiting()) {
    if (isStopped) letters.putBack(stored);
    else sort(stored);
  }
  return counts;
}

function destinationsOf(
  { routingKey, message: { headers } }: Posted,
  { queue, exchange }: DeadLetterPlace,
  broker: MemoryBroker,
): readonly Destination[] {
  return exchange === '' ? [broker.queue(queue)] : broker.route(exchange, { routingKey, headers });
}
