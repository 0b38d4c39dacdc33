/** The headers that the bus itself reads and writes; no message may bring one. */
export const busHeaders = {
  /** When the sender of a request stops waiting, in epoch milliseconds by its own clock. */
  deadline: 'x-deadline',
  /** How much of a request's time was left when it was sent, or is left when it is due again, in milliseconds. */
  remaining: 'x-remaining-ms',
  /** How often a retried message has been handed out, from 2. */
  attempt: 'x-attempt',
  /** How many attempts at a retried message failed; absent when none did. */
  failures: 'x-failures',
  /** How often a released message had come back unsettled before. */
  returns: 'x-returns',
  /** On a dead letter: why it is one; `delivery_limit` when it came back too often. */
  deadReason: 'x-dead-reason',
  /** On a dead letter: the queue it comes from. */
  deadQueue: 'x-dead-queue',
  /** On a dead letter: how many attempts were made. */
  attempts: 'x-attempts',
  /** On a dead letter: when it became one, in epoch milliseconds. */
  deadAt: 'x-dead-at',
  /** On a dead letter that replaces itself: the id of the walk through the queue that replaced it. */
  replacedBy: 'x-dead-replaced-by',
} as const;

const reserved: ReadonlySet<string> = new Set([
  ...Object.values(busHeaders),
  'cc',
  'bcc',
  // When a retried message is due, and when any message was made; on AMQP only.
  'x-retry-at',
  'timestamp_in_ms',
  'x-death',
  'x-delay',
  'x-delivery-count',
  'x-acquired-count',
]);

const reservedPrefixes = ['x-dead-', 'x-first-death-', 'x-last-death-', 'x-stream-'];

/** Whether a header means something to the bus or to RabbitMQ, which would route copies by `CC` and `BCC`. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return reserved.has(lower) || reservedPrefixes.some((prefix) => lower.startsWith(prefix));
}
