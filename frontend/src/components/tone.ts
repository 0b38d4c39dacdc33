/** What a colour says: nothing special, well, take notice, broken. */
export type Tone = 'neutral' | 'good' | 'warn' | 'bad';
