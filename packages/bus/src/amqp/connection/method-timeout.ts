/** How long the broker may take to answer one method. */
export const methodTimeoutMs = 5000;
