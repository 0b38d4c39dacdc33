import { type BindingRule, bindingRuleKey, type ExchangeType, type Topology } from '@restmapper/core';
import { type BindingMatcher, createBindingMatcher, type Routable } from './binding-matcher.ts';

/** Exchanges and their bindings; finds the queues of a message as RabbitMQ does. */
export class ExchangeGraph {
  readonly #exchanges = new Map<string, Exchange>();

  /**
   * Adds missing objects.
   *
   * @throws TypeError if a binding names a missing exchange, or has an unknown `x-match`.
   */
  declare({ exchanges, bindings, exchangeBindings = [] }: Topology): void {
    for (const { name, type, alternateExchange } of exchanges) {
      if (!this.#exchanges.has(name))
        this.#exchanges.set(name, { type, alternateExchange, bindings: new Map() });
    }
    for (const { exchange, queue, ...rule } of bindings) this.#bind(exchange, { queue }, rule);
    for (const { source, destination, ...rule } of exchangeBindings) {
      if (!this.#exchanges.has(destination)) throw new TypeError(`no such exchange: ${destination}`);
      this.#bind(source, { exchange: destination }, rule);
    }
  }

  has(exchange: string): boolean {
    return this.#exchanges.has(exchange);
  }

  /** The names of the queues that get a message; each gets it once, even if exchanges form a cycle. */
  route(exchange: string, message: Routable): ReadonlySet<string> {
    const queues = new Set<string>();
    const exchanges = new Set([exchange]);
    // Items added during the iteration are visited too.
    for (const name of exchanges) {
      const { bindings, alternateExchange } = this.#exchanges.get(name) ?? noExchange;
      let isTaken = false;
      for (const { matches, target } of bindings.values()) {
        if (!matches(message)) continue;
        isTaken = true;
        if ('queue' in target) queues.add(target.queue);
        else exchanges.add(target.exchange);
      }
      if (!isTaken && alternateExchange !== undefined) exchanges.add(alternateExchange);
    }
    return queues;
  }

  #bind(source: string, target: Target, rule: BindingRule): void {
    const exchange = this.#exchanges.get(source);
    if (!exchange) throw new TypeError(`no such exchange: ${source}`);
    const matches = createBindingMatcher(exchange.type, rule);
    exchange.bindings.set(JSON.stringify([target, bindingRuleKey(rule)]), { matches, target });
  }
}

type Target = { readonly queue: string } | { readonly exchange: string };

interface Binding {
  readonly matches: BindingMatcher;
  readonly target: Target;
}

interface Exchange {
  readonly type: ExchangeType;
  readonly alternateExchange: string | undefined;
  readonly bindings: Map<string, Binding>;
}

const noExchange: Exchange = { type: 'direct', alternateExchange: undefined, bindings: new Map() };
