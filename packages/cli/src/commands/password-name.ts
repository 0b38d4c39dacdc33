/** The variable that the password of a user of a server comes from. */
export function passwordName(server: 'BROKER' | 'DATABASE', user: string): string {
  return `${server}_${user.toUpperCase()}_PASSWORD`;
}
