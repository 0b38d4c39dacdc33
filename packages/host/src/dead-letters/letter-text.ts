import type { LetterView } from './letter-view.ts';
import type { DeadLetterSummary } from './summary.ts';

const control = /\p{Cc}|\p{Cf}/gu;

/** A queue's dead letters by reason, one line each. */
export function formatSummary({ queue, letters, reasons, examined }: DeadLetterSummary): string {
  const head = `${queue}  ${count(letters)}${examined < letters ? `; reasons of the oldest ${examined}:` : ''}`;
  const lines = reasons.map(
    ({ reason, letters }) => `${String(letters).padStart(7)}  ${escapeControls(reason) || '(no reason)'}`,
  );
  return `${[head, ...lines].join('\n')}\n`;
}

/** A dead letter with its details, one line each. */
export function formatLetter(letter: LetterView): string {
  const { messageId, endpoint, reason, attempts, requestId, publishedAt, diedAt, body, bodyBytes } = letter;
  const rows = [
    ['endpoint', endpoint],
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
