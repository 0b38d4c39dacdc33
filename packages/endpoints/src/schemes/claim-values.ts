/** The claims of a client or a user in the file, by name. */
export type ClaimValues = Readonly<Record<string, string | number | boolean>>;
