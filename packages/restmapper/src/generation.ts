import type { Authenticator } from '@restmapper/auth';
import {
  type DocumentOptions,
  type Endpoint,
  headerFieldsOf,
  type Model,
  SchemaCompiler,
} from '@restmapper/endpoints';
import type { ParameterizedContext } from 'koa';
import type { GatewayContext } from './answer/gateway-context.ts';
import type { RequestState } from './answer/request-state.ts';
import type { EndpointHandlerOptions } from './endpoint-handler.ts';
import { createCors } from './callers/cors.ts';
import { RateLimiters } from './callers/rate-limiters.ts';
import { createDescription } from './description.ts';
import { createEndpointHandler } from './endpoint-handler.ts';
import { answerUnrouted, createRouter } from './router.ts';

type RequestContext = ParameterizedContext<RequestState>;

/** What a gateway serves at one time. */
export interface ServedModel {
  readonly model: Model;
  /** Decides who may call what is not public. */
  readonly authenticator: Authenticator;
}

/** What all generations of a gateway share. */
export interface GenerationParts
  extends Omit<EndpointHandlerOptions, 'authenticator' | 'compiler' | 'limiterOf'> {
  /** What the description says that is not in the model. */
  readonly described: DocumentOptions;
}

/** A model that a gateway is ready to serve. */
export interface NextModel {
  /**
   * Serves it from the next request on; running requests finish with the model before.
   *
   * Resolves when the last request of the model before has ended.
   */
  adopt(): Promise<void>;
}

/** What a gateway serves now, and what it serves next. */
export class Served {
  readonly #parts: GenerationParts;
  #current: Generation;

  constructor(first: ServedModel, parts: GenerationParts) {
    this.#parts = parts;
    this.#current = new Generation(first, parts, new RateLimiters());
  }

  /** Serves a request by the model that is in force when it begins. @throws RequestError, BusError */
  serve(context: RequestContext): Promise<void> {
    return this.#current.serve(context);
  }

  /** @throws ConfigError when the model cannot be served. */
  prepare(served: ServedModel): NextModel {
    const next = new Generation(served, this.#parts, new RateLimiters(this.#current.rateLimiters));
    return {
      adopt: () => {
        const before = this.#current;
        this.#current = next;
        return before.ended();
      },
    };
  }
}

/** The routes, callers and rate limits of one model; a request ends in the generation in which it began. */
class Generation {
  /** The next generation takes over those that it has too. */
  readonly rateLimiters: RateLimiters;
  readonly #serve: (context: RequestContext) => Promise<unknown>;
  #count = 0;
  #onEnd: (() => void) | undefined;

  constructor({ model, authenticator }: ServedModel, parts: GenerationParts, limiters: RateLimiters) {
    const compiler = new SchemaCompiler();
    this.rateLimiters = limiters;
    const handlers = { ...parts, authenticator, compiler, limiterOf: limiters.limiterOf };
    const router = createRouter(model.endpoints, {
      handlerOf: (endpoint) => createEndpointHandler(endpoint, handlers),
      description: createDescription(model, parts.described),
    });
    const cors = createCors({
      origins: parts.origins,
      credentialHeaders: authenticator.headers,
      declaredHeaders: model.endpoints.flatMap(declaredHeaders),
      isTimed: parts.isTimed,
    });
    const routes = router.routes();
    this.#serve = async (context) => {
      // The router adds what it needs by itself.
      const routed = context as GatewayContext;
      await cors(routed, () => routes(routed, () => answerUnrouted(routed)));
    };
  }

  /** Serves a request, from its origin to its answer. @throws RequestError, BusError */
  async serve(context: RequestContext): Promise<void> {
    this.#count += 1;
    try {
      await this.#serve(context);
    } finally {
      this.#count -= 1;
      if (this.#count === 0) this.#onEnd?.();
    }
  }

  /** Resolves when the last of its requests has ended; called when it gets no new ones. */
  async ended(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => (this.#onEnd = resolve));
  }
}

function declaredHeaders({ headers }: Endpoint): readonly string[] {
  return headers === undefined ? [] : headerFieldsOf(headers).map(({ name }) => name);
}
