const longest = 64;

/** Reads text that rarely changes, such as a message's type, without decoding it again. */
export class RecentText {
  readonly #bytes = Buffer.alloc(longest);
  #length = -1;
  #text = '';

  /** The UTF-8 text between two offsets. */
  read(bytes: Buffer, start: number, end: number): string {
    if (this.#isSame(bytes, start, end)) return this.#text;
    const text = bytes.toString('utf8', start, end);
    if (end - start <= longest) this.#remember(text, bytes.copy(this.#bytes, 0, start, end));
    return text;
  }

  #isSame(bytes: Buffer, start: number, end: number): boolean {
    const length = end - start;
    if (length !== this.#length) return false;
    const recent = this.#bytes;
    for (let i = 0; i < length; i += 1) if (bytes[start + i] !== recent[i]) return false;
    return true;
  }

  #remember(text: string, length: number): void {
    this.#text = text;
    this.#length = length;
  }
}
