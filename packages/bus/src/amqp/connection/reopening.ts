/** A channel was closed on purpose, to be reopened at once without back-off. */
export class Reopening extends Error {
  override readonly name = 'Reopening';
}

/** A channel was closed on purpose, with nothing wrong about its queue. */
export class HandOver extends Reopening {}
