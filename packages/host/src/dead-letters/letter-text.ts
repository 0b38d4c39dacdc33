import type { LetterView } from './letter-view.ts';
import type { LetterQueue } from './letter-queues.ts';
import type { DeadLetterSummary } from './summary.ts';

const control = /\p{Cc}|\p{Cf}/gu;

/** The dead letters of queues by reason, one line each; before the parts of a queue the sum of all of them. */
export function formatSummaries(
  summaries: readonly DeadLetterSummary[],
  queues: readonly LetterQueue[],
): string {
  const names = [...new Set(summaries.map(({ queue, partOf = queue }) => partOf))];
  return names
    .map((name) => {
      const parts = summaries.filter(({ queue, partOf = queue }) => partOf === name);
      const lines = parts.map(formatSummary).join('');
      const isWhole = parts.every(({ partOf }) => partOf === undefined);
      return isWhole ? lines : formatSum(name, parts, queues) + lines.replace(/^(?=.)/gm, '  ');
    })
    .join('');
}

function formatSum(
  name: string,
  summaries: readonly DeadLetterSummary[],
  queues: readonly LetterQueue[],
): string {
  const sum = summaries.reduce((total, { letters }) => total + letters, 0);
  const parts = queues.filter(({ partOf }) => partOf === name).length;
  return `${name}  ${count(sum)} in ${summaries.length} of ${parts} queues\n`;
}

/** A queue's dead letters by reason, one line each. */
function formatSummary({ queue, letters, reasons, examined }: DeadLetterSummary): string {
  const head = `${queue}  ${count(letters)}${examined < letters ? `; reasons of the oldest ${examined}:` : ''}`;
  const lines = reasons.map(
    ({ reason, letters }) => `${String(letters).padStart(7)}  ${escapeControls(reason) || '(no reason)'}`,
  );
  return `${[head, ...lines].join('\n')}\n`;
}

/** A dead letter with its details, one line each. */
export function formatLetter(letter: LetterView): string {
  const { messageId, endpoint, queue, routingKey, reason, attempts } = letter;
  const { requestId, publishedAt, diedAt, body, bodyBytes } = letter;
  const rows = [
    ['endpoint', endpoint],
    ['queue', queue],
    ...(routingKey === '' ? [] : [['routing', routingKey]]),
    ['reason', reason],
    ['attempts', String(attempts)],
    ['published', publishedAt],
    ['died', diedAt ?? 'unknown'],
    ['request', requestId ?? 'unknown'],
    ['body', bodyBytes > Buffer.byteLength(body) ? `${body}… (${bodyBytes} bytes)` : body],
  ];
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(9)}  ${escapeControls(value)}`);
  return `${[escapeControls(messageId), ...lines].join('\n')}\n`;
}

/** `1 dead letter`, `12 dead letters`. */
export function count(letters: number): string {
  return `${letters} dead letter${letters === 1 ? '' : 's'}`;
}

/** Escapes characters that would move the cursor, or hide text, on a terminal. */
export function escapeControls(text: string): string {
  return text.replace(control, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
