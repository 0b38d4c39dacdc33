import { publish } from '../deliveries/publish.ts';
import { checkJsonSchema } from '../json-schema/json-schema-check.ts';
import type { Source } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { RawFile, RawOutput } from './structure.ts';

/** Completes the outputs with every default. */
export function readOutputs({ outputs }: RawFile, report: Report): readonly Source[] {
  return Object.entries(outputs ?? {}).map(([name, raw]) => readOutput(name, raw, report));
}

function readOutput(name: string, raw: RawOutput, report: Report): Source {
  const pointer = extendPointer('/outputs', name);
  const { summary = '', description = '', body, exchange = '' } = raw;
  if (body !== undefined) checkJsonSchema(body, extendPointer(pointer, 'body'), report);
  return {
    key: name,
    summary,
    description,
    delivery: publish.read(raw, { pointer, report }),
    body,
    query: undefined,
    paramNames: [],
    params: undefined,
    headers: undefined,
    reply: undefined,
    feed: undefined,
    exchange,
  };
}
