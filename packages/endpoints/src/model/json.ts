/** An object that will be written as JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;
