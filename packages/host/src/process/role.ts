/** What a process can be run as; decides its default ports. */
export const roles = ['start', 'serve', 'live', 'work'] as const;
export type Role = (typeof roles)[number];
