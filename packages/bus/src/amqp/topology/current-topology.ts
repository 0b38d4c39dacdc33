import { asError, pause, type Topology, type TopologyUse } from '@restmapper/core';
import type { ChannelModel } from 'amqplib';
import { BusError } from '../../contract/errors.ts';
import type { RecoveringConnection, Session } from '../connection/recovering-connection.ts';
import { isRefusal } from '../connection/refusal.ts';
import { declareTopology, type Refusals } from './declare.ts';

/** A topology, and the part of it that a process uses. */
export interface UsedTopology {
  readonly topology: Topology;
  readonly use: TopologyUse;
}

export interface CurrentTopologyOptions extends UsedTopology {
  /** The connection on which a new topology is declared; one that is never blocked. */
  readonly connection: () => RecoveringConnection;
  /** Called in the tick in which another topology takes effect. */
  readonly onReplaced: (next: UsedTopology) => void;
  /** Receives the result of each declaration of the current topology. */
  readonly onDeclared: (refusals: Refusals, topology: Topology) => void;
}

/** Between two attempts to declare on a connection that is up. */
const retryMs = 1000;

/**
 * The current topology, which each new connection declares, until another one replaces it.
 *
 * | the connection | a new topology takes effect | when the broker refuses all of it |
 * |---|---|---|
 * | is up | once it is declared | the old one stays in effect |
 * | is down, or is lost meanwhile | at once, and is declared by the next connection | the connection stays down |
 */
export class CurrentTopology {
  readonly #options: CurrentTopologyOptions;
  readonly #closing = new AbortController();
  #now: UsedTopology;
  #version = 0;
  /** The newest version that has been declared. */
  #declared = -1;
  #replacing: Promise<unknown> = Promise.resolve();

  constructor(options: CurrentTopologyOptions) {
    const { topology, use } = options;
    this.#options = options;
    this.#now = { topology, use };
  }

  get topology(): Topology {
    return this.#now.topology;
  }

  /** Declares the current topology. @throws Error like declareTopology. */
  async declare(model: ChannelModel, signal: AbortSignal): Promise<void> {
    const version = this.#version;
    const refusals = await declareTopology(model, { ...this.#now, signal });
    // The result for a topology that was replaced meanwhile is irrelevant.
    if (version === this.#version) this.#record(refusals);
  }

  /**
   * Replaces the topology, after earlier replacements; resolves with the previous topology once the new one
   * is declared.
   *
   * @throws BusError NOT_DECLARED if this user may use none of it, BROKER_UNAVAILABLE if the broker does not
   * answer, or the bus is closed.
   */
  async replace(next: UsedTopology): Promise<Topology> {
    const replacing = this.#replacing.then(() => this.#switch(next));
    this.#replacing = replacing.catch(() => {});
    const { before, version } = await replacing;
    await this.#untilDeclared(version);
    return before;
  }

  /** Rejects the replacements that are not declared yet. */
  close(): void {
    this.#closing.abort(new BusError('BROKER_UNAVAILABLE', 'the bus is closed'));
  }

  async #switch(next: UsedTopology): Promise<{ before: Topology; version: number }> {
    const { signal } = this.#closing;
    signal.throwIfAborted();
    const { session } = this.#options.connection();
    const refusals = session && (await declareOn(session, next));
    signal.throwIfAborted();
    const before = this.#now.topology;
    this.#now = next;
    this.#version += 1;
    this.#options.onReplaced(next);
    if (refusals) this.#record(refusals);
    return { before, version: this.#version };
  }

  #record(refusals: Refusals): void {
    this.#declared = this.#version;
    this.#options.onDeclared(refusals, this.#now.topology);
  }

  /** The next connection declares it, unless it has already begun to declare the previous one. */
  async #untilDeclared(version: number): Promise<void> {
    const { signal } = this.#closing;
    while (this.#declared < version) {
      signal.throwIfAborted();
      const session = await this.#options.connection().available(signal);
      if (this.#declared >= version) return;
      const isDeclared = await session.declare().then(
        () => true,
        () => false,
      );
      if (!isDeclared) await pause(retryMs, signal);
    }
  }
}

/** Declares on a connection; resolves with `undefined` if that is lost. @throws BusError */
async function declareOn({ model, signal }: Session, used: UsedTopology): Promise<Refusals | undefined> {
  try {
    return await declareTopology(model, { ...used, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    const code = isRefusal(error) ? 'NOT_DECLARED' : 'BROKER_UNAVAILABLE';
    throw new BusError(code, asError(error).message, { cause: error });
  }
}
