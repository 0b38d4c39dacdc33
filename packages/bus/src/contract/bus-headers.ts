/** Headers reserved for the bus; messages must not set them. */
export const busHeaders = {
  /** When the sender of a request stops waiting, in epoch milliseconds by its own clock. */
  deadline: 'x-deadline',
  /** The time left until a request's deadline when it was sent, or when it is due again, in milliseconds. */
  remaining: 'x-remaining-ms',
  /** When an event is no longer to be processed, in epoch milliseconds by its sender's clock. */
  expires: 'x-expires',
  /** The delivery attempt of a retried message, from 2. */
  attempt: 'x-attempt',
  /** On a request whose sender accepts several replies: how long it waits between two of them, in milliseconds. */
  idle: 'x-idle-ms',
  /** The number of failed attempts of a retried message; absent without any. */
  failures: 'x-failures',
  /** On a message that came back to its queue: the routing key that it was published with, unless that is empty. */
  routingKey: 'x-routing-key',
  /** How often a released message had been returned unsettled. */
  returns: 'x-returns',
  /** On a dead letter: the reason; `delivery_limit` if it was returned too often. */
  deadReason: 'x-dead-reason',
  /** On a dead letter: the queue it comes from. */
  deadQueue: 'x-dead-queue',
  /** On a dead letter: the number of attempts. */
  attempts: 'x-attempts',
  /** On a dead letter: when it became one, in epoch milliseconds. */
  deadAt: 'x-dead-at',
  /** On a rewritten dead letter: the id of the view that replaced it. */
  replacedBy: 'x-dead-replaced-by',
} as const;

const reserved: ReadonlySet<string> = new Set([
  ...Object.values(busHeaders),
  'cc',
  'bcc',
  // When a retried message is due, and when a message was created; AMQP only.
  'x-retry-at',
  'timestamp_in_ms',
  'x-death',
  'x-delay',
  'x-delivery-count',
  'x-acquired-count',
]);

const reservedPrefixes = ['x-dead-', 'x-first-death-', 'x-last-death-', 'x-stream-'];

/** Whether a header has a meaning for the bus or for RabbitMQ, which would route copies by `CC` and `BCC`. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return reserved.has(lower) || reservedPrefixes.some((prefix) => lower.startsWith(prefix));
}
