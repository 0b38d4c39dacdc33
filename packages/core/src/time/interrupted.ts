/** Work was given up because its process ends; the message goes back untouched. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
