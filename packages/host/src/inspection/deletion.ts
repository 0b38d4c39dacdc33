import type { Depth } from '@restmapper/bus';

/** How to delete a queue; the count may be some seconds old. */
export function deletionAdvice(name: string, depth: Depth | undefined, first: string): string {
  const command = deletionCommand(name, '/');
  if (depth === undefined) return `${first}, then \`${command}\``;
  const isEmpty = depth.messages === 0;
  const held = `it held ${isEmpty ? 'no message' : countMessages(depth.messages)} at the last count: `;
  return `${held}${isEmpty ? '' : `${first}, then `}\`${command}\``;
}

/** The command that deletes a queue of a virtual host. */
export function deletionCommand(name: string, vhost: string): string {
  return `rabbitmqctl${vhost === '/' ? '' : ` --vhost ${quote(vhost)}`} delete_queue ${quote(name)}`;
}

/** The command that deletes another object of a virtual host, by the segments of its path in the management API. */
export function managementCommand([kind = '', ...rest]: readonly string[], vhost: string): string {
  const path = [kind, vhost, ...rest].map(encodeURIComponent).join('/');
  return `curl --request DELETE "$BROKER_ADMIN_URL/api/${path.replaceAll("'", '%27')}"`;
}

/** `1 message`, `12 messages`. */
export function countMessages(count: number): string {
  return `${count} message${count === 1 ? '' : 's'}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
