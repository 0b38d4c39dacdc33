import type { Compose } from './compose.ts';

/** Run in a container, with its own URLs. */
const broker = `
  import { connect } from 'amqplib';
  const model = await connect(urlIn('AMQP_URL_FILE').split(',')[0]);
  model.on('error', () => {});
  const channel = await model.createChannel();
  const refused = new Promise((resolve) => channel.on('error', resolve));
  // A publish is refused later, if at all: the answer to another command comes after the refusal.
  const act = async (attempt) => Promise.race([refused, attempt(channel).then(() => channel.checkExchange('RPC'))]);
  const end = () => model.close();`;

const database = `
  import pg from 'pg';
  const client = new pg.Client(urlIn('DATABASE_URL_FILE'));
  await client.connect();
  const act = (attempt) => attempt(client);
  const end = () => client.end();`;

const network = `
  const act = (attempt) => attempt();
  const end = () => {};`;

const surroundings = { broker, database, network };

interface Attempt {
  readonly service: string;
  readonly on: keyof typeof surroundings;
  /** A function in JavaScript that takes the channel or the client. */
  readonly does: string;
  /** A part of the expected error. */
  readonly refusal: string;
}

const [queue, noAccess] = ['/messages/:POST', 'ACCESS_REFUSED'];
/** What an attacker who controls a process could try. */
export const attempts: Readonly<Record<string, Attempt>> = {
  'a gateway take events': {
    service: 'restmapper',
    on: 'broker',
    does: `(channel) => channel.get('${queue}')`,
    refusal: noAccess,
  },
  'a gateway ask the management': {
    service: 'restmapper',
    on: 'network',
    does: `async () => {
      const url = new URL(urlIn('AMQP_URL_FILE'));
      const authorization = 'Basic ' + btoa(url.username + ':' + url.password);
      const answer = await fetch('http://rabbitmq:15672/api/definitions', { headers: { authorization } });
      if (!answer.ok) throw new Error('it answers ' + answer.status);
    }`,
    refusal: 'it answers 401',
  },
  'a gateway reach the database': {
    service: 'restmapper',
    on: 'network',
    does: `() => fetch('http://postgres:5432')`,
    refusal: 'getaddrinfo',
  },
  'a live bridge publish': {
    service: 'liveupdate',
    on: 'broker',
    does: `async (channel) => channel.publish('${queue}', '', Buffer.from('x'))`,
    refusal: noAccess,
  },
  'a worker make a queue of its own': {
    service: 'messages_get',
    on: 'broker',
    does: `(channel) => channel.assertQueue('mine')`,
    refusal: noAccess,
  },
  'a worker drop a table': {
    service: 'messages_get',
    on: 'database',
    does: `(client) => client.query('DROP TABLE message')`,
    refusal: 'must be owner',
  },
};

/** Makes an attempt in a running container, with its credentials; returns the error, or an empty string. */
export async function refusalOf(compose: Compose, { service, on, does }: Attempt): Promise<string> {
  const script = `
    import { readFileSync } from 'node:fs';
    const urlIn = (variable) => readFileSync(process.env[variable], 'utf8').trim();
    ${surroundings[on]}
    const result = await act(${does}).catch((error) => error);
    console.log(result instanceof Error ? String(result.cause ?? result) : '');
    await end();`;
  return (await compose.run('exec', '-T', service, 'node', '--input-type=module', '--eval', script)).trim();
}
