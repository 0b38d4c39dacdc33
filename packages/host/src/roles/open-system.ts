import { ConfigError, settlesWithin } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import type { PreparedPart } from '../parts/part.ts';
import { type Service, shutdownTimeoutMs } from '../process/service.ts';
import type { OpenedRole, Role } from './role.ts';

/** A running process of a role, whose model can be replaced. */
export interface System extends Pick<OpenedRole, 'urls' | 'bus'> {
  /** The model now in force. */
  readonly model: Model;
  /**
   * Replaces the model; resolves when the next one is in force.
   *
   * Server, sockets, bus, database, live connections and their subscriptions stay. Running requests finish with the
   * model before; every later one is served by the next. Workers that both models have alike are left alone; the
   * others finish what they had begun. What only the model before needed is closed after its last request, or after the
   * shutdown timeout.
   *
   * Replacements run one after the other, in the order of the calls.
   * @throws ConfigError when a module, a file of the `auth` section or a name is wrong, BusError when the broker refuses
   * what the model adds, DatabaseError when a table cannot be prepared; then the current model stays wholly in force.
   */
  replace(next: Model): Promise<void>;
  /** Resolves when all earlier generations are closed. */
  settled(): Promise<void>;
}

/**
 * Opens all parts of a process of a role; the service's closers close them.
 *
 * @throws ConfigError when a module, a file or a setting is wrong, or the role lacks what it needs.
 */
export async function openSystem(service: Service, role: Role): Promise<System> {
  refuseEmbeddedBus(service);
  const { open } = await role.load();
  return new RunningSystem(service, await open(service));
}

class RunningSystem implements System {
  readonly urls: OpenedRole['urls'];
  readonly bus: OpenedRole['bus'];
  readonly #service: Service;
  readonly #opened: OpenedRole;
  readonly #retiring = new Set<Promise<void>>();
  #replacing: Promise<unknown> = Promise.resolve();
  #isClosing = false;

  constructor(service: Service, opened: OpenedRole) {
    this.urls = opened.urls;
    this.bus = opened.bus;
    this.#service = service;
    this.#opened = opened;
    // A replacement that is still being prepared is discarded.
    service.closers.add('generations', this, (_system, timeoutMs) => {
      this.#isClosing = true;
      return settlesWithin(this.#replacing, timeoutMs / 4);
    });
  }

  get model(): Model {
    return this.#service.model;
  }

  replace(next: Model): Promise<void> {
    const replacing = this.#replacing.then(() => this.#replace(next));
    this.#replacing = replacing.catch(() => {});
    return replacing;
  }

  async settled(): Promise<void> {
    await this.#replacing;
    await Promise.all(this.#retiring);
  }

  async #replace(model: Model): Promise<void> {
    this.#assertOpen();
    const prepared = await this.#opened.part.prepare({ model });
    if (this.#isClosing) await prepared.discard?.();
    this.#assertOpen();
    await prepared.start?.();
    prepared.adopt();
    this.#service.adopt(model);
    this.#service.log.debug({}, 'the model was replaced');
    this.#retire(prepared);
  }

  #retire(prepared: PreparedPart): void {
    const { log } = this.#service;
    const retiring = (prepared.retire?.(shutdownTimeoutMs) ?? Promise.resolve())
      .catch((error: unknown) => log.error({ err: error }, 'an earlier generation did not close'))
      .finally(() => this.#retiring.delete(retiring));
    this.#retiring.add(retiring);
  }

  #assertOpen(): void {
    if (this.#isClosing) throw new ConfigError('the process is being stopped');
  }
}

/** @throws ConfigError when there is no AMQP_URL: processes cannot share a bus in memory. */
function refuseEmbeddedBus({ role, settings }: Service): void {
  if (role.needs.bus === 'any' || settings.amqpUrls.length > 0) return;
  throw new ConfigError(
    `${role.name} needs AMQP_URL: the embedded bus lives within one process. Set it, or run \`restmapper start\``,
  );
}
