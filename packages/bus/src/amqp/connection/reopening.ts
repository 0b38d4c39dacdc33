/** A channel was ended on purpose, to be opened again at once: nothing has failed that needs time. */
export class Reopening extends Error {
  override readonly name = 'Reopening';
}
