const SHOWN = 5;

/** The first few of many ids, and how many more there are. */
export const some = (ids: readonly string[]): string =>
  ids.length <= SHOWN ? ids.join(", ") : `${ids.slice(0, SHOWN).join(", ")} and ${ids.length - SHOWN} more`;
