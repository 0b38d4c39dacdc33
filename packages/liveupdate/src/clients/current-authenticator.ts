import type { Authenticator, Caller, Credentials, Principal } from '@restmapper/auth';
import type { Access } from '@restmapper/endpoints';

/** The authenticator of the model in force, for connections that outlast models. */
export class CurrentAuthenticator implements Authenticator {
  #current: Authenticator;

  constructor(first: Authenticator) {
    this.#current = first;
  }

  get headers(): readonly string[] {
    return this.#current.headers;
  }

  /** Asks another one from now on. */
  replace(next: Authenticator): void {
    this.#current = next;
  }

  needsBody(schemes: readonly string[]): boolean {
    return this.#current.needsBody(schemes);
  }

  identify(credentials: Credentials, schemes: readonly string[]): Promise<Caller> {
    return this.#current.identify(credentials, schemes);
  }

  authorise(caller: Caller, access: Access): Principal | undefined {
    return this.#current.authorise(caller, access);
  }

  /** The opener closes it. */
  close(): void {}
}
