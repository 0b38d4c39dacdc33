import type { Reply } from '@restmapper/bus';
import {
  createFindRoute,
  type FindRoute,
  isEndpoint,
  isOwn,
  nearest,
  SchemaCompiler,
  type Source,
} from '@restmapper/endpoints';
import { createCallEncoder, type EncodeCall } from './encode-call.ts';
import { createReplyReader } from './read-reply.ts';

/** A source that handlers send to, with its schemas compiled. */
export interface OpenSource {
  readonly source: Source;
  readonly encode: EncodeCall;
  /** Absent if its workers have one queue each. */
  readonly findRoute: FindRoute | undefined;
  /** @throws RequestError */
  readonly readReply: (reply: Reply) => unknown;
}

/** The sources of the model now in force, each compiled when a handler first sends to it. */
export class SourceBook {
  readonly #sources: () => readonly Source[];
  readonly #compiler = new SchemaCompiler();
  /** By the source, which a model that replaces another may keep. */
  readonly #open = new WeakMap<Source, OpenSource>();
  #listed: readonly Source[] | undefined;
  #byKey: ReadonlyMap<string, Source> = new Map();

  constructor(sources: () => readonly Source[]) {
    this.#sources = sources;
  }

  /** @throws TypeError if the file has no such source, or is an endpoint whose messages go to another application. */
  find(key: string): OpenSource {
    const source = this.#index().get(key);
    if (!source) throw unknown(key, [...this.#byKey.keys()]);
    if (source.origin)
      throw new TypeError(`${key} is an input: its messages come from other applications only`);
    if (!isOwn(source) && isEndpoint(source))
      throw new TypeError(
        `${key} is for another application; only its HTTP callers reach it, and workers by an output`,
      );
    const known = this.#open.get(source);
    if (known) return known;
    const opened = {
      source,
      encode: createCallEncoder(source, this.#compiler),
      findRoute: createFindRoute(source),
      readReply: createReplyReader(source, this.#compiler),
    };
    this.#open.set(source, opened);
    return opened;
  }

  #index(): ReadonlyMap<string, Source> {
    const sources = this.#sources();
    if (sources !== this.#listed) {
      this.#listed = sources;
      this.#byKey = new Map(sources.map((source) => [source.key, source]));
    }
    return this.#byKey;
  }
}

function unknown(key: string, known: readonly string[]): TypeError {
  const near = nearest(key, known);
  return new TypeError(`the file has no source ${key}${near === undefined ? '' : `; did you mean ${near}?`}`);
}
