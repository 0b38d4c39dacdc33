/** Claims that the file gives a client or a user, by name. */
export type ClaimValues = Readonly<Record<string, string | number | boolean>>;
