/** A channel was ended on purpose, to be opened again in another way; nothing has failed. */
export class Reopening extends Error {
  override readonly name = 'Reopening';
}
