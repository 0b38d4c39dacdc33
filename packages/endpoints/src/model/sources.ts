import type { BodyFormat } from './consumed-type.ts';
import type { Endpoint, Model, Source } from './model.ts';
import { extendPointer } from '../yaml/pointer.ts';

/** The sections of the file that list sources. */
const sections = ['endpoints', 'internal', 'inputs', 'outputs'] as const;

/** The part of a model that lists sources. */
export type SourceSections = Pick<Model, (typeof sections)[number]>;

/** Every source of a model, endpoints first. */
export function sourcesOf(model: SourceSections): readonly Source[] {
  return sections.flatMap((section): readonly Source[] => model[section]);
}

/** The JSON pointer of a source in the file. */
export function sourcePointer(source: Pick<Source, 'key'>, model: SourceSections): string {
  const section = sections.find((name) => model[name].some(({ key }) => key === source.key));
  return extendPointer(`/${section ?? 'endpoints'}`, source.key);
}

/** The formats of a source's bodies; workers send JSON. */
export function bodyFormatsOf(source: Source): readonly BodyFormat[] {
  return isEndpoint(source) ? source.consumes.map(({ format }) => format) : ['json'];
}

/** Whether a source can be called over HTTP. */
export function isEndpoint(source: Source): source is Endpoint {
  return 'method' in source;
}
