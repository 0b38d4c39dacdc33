import { asError, pause, type Topology, type TopologyUse } from '@restmapper/core';
import type { ChannelModel } from 'amqplib';
import { BusError } from '../../contract/errors.ts';
import type { RecoveringConnection, Session } from '../connection/recovering-connection.ts';
import { isRefusal } from '../connection/refusal.ts';
import { declareTopology, type Refusals } from './declare.ts';

/** A topology, and the part of it that a process works with. */
export interface UsedTopology {
  readonly topology: Topology;
  readonly use: TopologyUse;
}

export interface CurrentTopologyOptions extends UsedTopology {
  /** The connection on which a new topology is declared; one that is never blocked. */
  readonly connection: () => RecoveringConnection;
  /** Called in the tick in which another topology counts. */
  readonly onReplaced: (next: UsedTopology) => void;
  /** Receives the result of each declaration of the topology that counts. */
  readonly onDeclared: (refusals: Refusals, topology: Topology) => void;
}

/** Between two attempts to declare on a connection that is up. */
const retryMs = 1000;

/**
 * The topology that counts, which each new connection declares, until another one takes its place.
 *
 * | the connection | a new topology counts | when the broker refuses all of it |
 * |---|---|---|
 * | is up | once it is declared | the old one still counts |
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

  /** Declares what counts. @throws Error as declareTopology. */
  async declare(model: ChannelModel, signal: AbortSignal): Promise<void> {
    const version = this.#version;
    const refusals = await declareTopology(model, { ...this.#now, signal });
    // Of a topology that was replaced meanwhile, nothing needs to be known.
    if (version === this.#version) this.#record(refusals);
  }

  /**
   * Replaces what counts, after the replacements asked for before; resolves with the topology that it took the place
   * of, when the new one is declared.
   *
   * @throws BusError NOT_DECLARED when the broker lets this user use nothing of it, BROKER_UNAVAILABLE when the broker
   * does not answer, or the bus is closed.
   */
  async replace(next: UsedTopology): Promise<Topology> {
    const replacing = this.#replacing.then(() => this.#switch(next));
    this.#replacing = replacing.catch(() => {});
    const { before, version } = await replacing;
    await this.#untilDeclared(version);
    return before;
  }

  /** Ends the waiting of those whose topology is not declared yet. */
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

  /** The connection that opens next declares it, unless it had begun to declare the one before. */
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

/** Declares on a connection; resolves with nothing when that is lost. @throws BusError */
async function declareOn({ model, signal }: Session, used: UsedTopology): Promise<Refusals | undefined> {
  try {
    return await declareTopology(model, { ...used, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    const code = isRefusal(error) ? 'NOT_DECLARED' : 'BROKER_UNAVAILABLE';
    throw new BusError(code, asError(error).message, { cause: error });
  }
}
