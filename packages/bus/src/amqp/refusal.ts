/** Reply codes that say: not with these credentials, permissions or arguments (AMQP 0-9-1, section 1.2). */
const refusals: ReadonlySet<unknown> = new Set([402, 403, 406, 530, 540]);

/** What amqplib makes of a broker that closes the connection instead of opening the virtual host. */
const refusedHost = /got <ConnectionClose/;

/** amqplib gives no reply code for a connection that is refused while it opens, only these texts. */
const refusedHandshake = /ACCESS.REFUSED|SASL mechanism/;

/** Whether trying the same again soon is pointless, because an operator has to change something first. */
export function isRefusal(reason: unknown): boolean {
  if (!(reason instanceof Error)) return false;
  if ('code' in reason && refusals.has(reason.code)) return true;
  return [refusedHandshake, refusedHost].some((text) => text.test(reason.message)) || isRefusal(reason.cause);
}

/** Says in an operator's words why a connection could not be opened. */
export function explainRefusal(reason: Error): Error {
  if (!refusedHost.test(reason.message)) return reason;
  const text = 'the broker refused the virtual host: does it exist, and may this user enter it?';
  return new Error(text, { cause: reason });
}
