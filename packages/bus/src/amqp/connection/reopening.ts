/** A channel was closed on purpose, to be reopened at once without back-off. */
export class Reopening extends Error {
  override readonly name = 'Reopening';
}
