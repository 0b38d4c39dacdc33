import { connect } from 'amqplib';
import type { Channel } from 'amqplib';
import { Client } from 'pg';

/** A server's URL for another user. */
export function as(url: string, user: string, password: string): string {
  const other = new URL(url);
  other.username = user;
  other.password = encodeURIComponent(password);
  return other.href;
}

/** The broker's error for what a user does; empty when it is allowed. */
export async function refusalOf(url: string, act: (channel: Channel) => Promise<unknown>): Promise<string> {
  const model = await connect(url);
  model.on('error', () => {});
  try {
    const channel = await model.createChannel();
    const closed = new Promise<string>((resolve) => channel.on('error', (error) => resolve(String(error))));
    const acted = act(channel).then(
      () => '',
      (error: unknown) => String(error),
    );
    // A publish is refused later, if at all: the answer to another command comes after the refusal.
    const answered = acted.then((refusal) => refusal || channel.checkExchange('RPC').then(() => ''));
    return await Promise.race([closed, answered.catch((error: unknown) => String(error))]);
  } finally {
    await model.close();
  }
}

/** The database's error for a role's statement; empty when it is allowed. */
export async function sqlRefusalOf(url: string, statement: string): Promise<string> {
  const client = new Client(url);
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(statement);
    return '';
  } catch (error) {
    return String(error);
  } finally {
    await client.end().catch(() => {});
  }
}
