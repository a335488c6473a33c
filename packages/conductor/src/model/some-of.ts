/** The first few names, and how many more there are: `a, b, c and 2 more`. */
export const someOf = (names: readonly string[], most: number): string =>
  names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
