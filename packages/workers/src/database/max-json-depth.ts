/**
 * The deepest nesting of JSON that reaches a database.
 *
 * PostgreSQL fails at about 13,000 levels, the embedded one hangs somewhere above 20,000.
 */
export const maxJsonDepth = 5_000;
