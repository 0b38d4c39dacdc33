import { checkFilledDefaults } from '../json-schema/default-check.ts';
import { checkJsonSchema } from '../json-schema/json-schema-check.ts';
import { foreignNameFault } from '../model/foreign-target.ts';
import type { Source } from '../model/model.ts';
import { inputQueueName } from '../model/names.ts';
import type { Origin, OriginExchange } from '../model/origin.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { RawFile, RawInput, RawOriginExchange } from './structure.ts';

/** Every message of an exchange, unless that is of the type `direct`. */
const everyKey = '#';

/** Completes the inputs with every default. */
export function readInputs({ inputs }: RawFile, report: Report): readonly Source[] {
  return Object.entries(inputs ?? {}).map(([name, raw]) => readInput(name, raw, report));
}

function readInput(name: string, raw: RawInput, report: Report): Source {
  const pointer = extendPointer('/inputs', name);
  const { summary = '', description = '', body = true } = raw;
  const bodyPlace = extendPointer(pointer, 'body');
  if (checkJsonSchema(body, bodyPlace, report)) checkFilledDefaults(body, bodyPlace, report);
  return {
    key: name,
    summary,
    description,
    // As an event: each of its workers gets every message.
    delivery: { kind: 'fanout', timeoutMs: 0 },
    origin: readOrigin(raw, pointer, report),
    body,
    query: undefined,
    paramNames: [],
    params: undefined,
    headers: undefined,
    reply: undefined,
    feed: undefined,
    exchange: inputQueueName(name),
  };
}

function readOrigin({ from = [], queue, id }: RawInput, pointer: string, report: Report): Origin {
  if (queue !== undefined) checkName(queue, extendPointer(pointer, 'queue'), report);
  return {
    from: from.map((entry, index) => readExchange(entry, extendPointer(pointer, 'from', index), report)),
    queue,
    id: readId(id, extendPointer(pointer, 'id'), report),
  };
}

function readExchange(
  { exchange = '', bind, match, declare }: RawOriginExchange,
  pointer: string,
  report: Report,
): OriginExchange {
  checkName(exchange, extendPointer(pointer, 'exchange'), report);
  if (bind !== undefined) checkName(bind, extendPointer(pointer, 'bind'), report);
  if (match) {
    const message = 'has either `bind`, for the routing key, or `match`, for headers';
    if (bind !== undefined) report.atKey(extendPointer(pointer, 'bind'), `an entry ${message}`);
    if (declare)
      report.atKey(
        extendPointer(pointer, 'declare'),
        '`match` needs a headers exchange, and `declare` makes a topic exchange',
      );
    const { 'x-match': mode = 'all', ...headers } = match;
    return { exchange, routingKey: '', match: { ...headers, ...(mode !== 'all' && { 'x-match': mode }) } };
  }
  return { exchange, routingKey: bind ?? everyKey, ...(declare && { declare }) };
}

function checkName(name: string, pointer: string, report: Report): void {
  const fault = foreignNameFault(name);
  if (fault !== undefined) report.atValue(pointer, `it ${fault}`);
}

function readId(id: string | undefined, pointer: string, report: Report): readonly string[] | undefined {
  if (id === undefined) return undefined;
  const names = id.split('.');
  if (names.includes('') || /\p{Cc}/u.test(id))
    report.atValue(pointer, `\`${id}\` does not name a field of the body; write \`id\`, or \`order.id\``);
  return names;
}
