/** Work was aborted because its process ends; the message returns to its queue unchanged. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
