/** The meaning of a colour: neutral, good, warning, broken. */
export type Tone = 'neutral' | 'good' | 'warn' | 'bad';
