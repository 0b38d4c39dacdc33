/** The environment variable with the password of a server's user. */
export function passwordName(server: 'BROKER' | 'DATABASE', user: string): string {
  return `${server}_${user.toUpperCase()}_PASSWORD`;
}
