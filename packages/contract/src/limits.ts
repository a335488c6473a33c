/** Longest text a field takes (in UTF-16 code units) and most items a list takes. No imports: the hot path uses them. */
export const LIMITS = {
  title: 500,
  text: 1_000_000,
  word: 200,
  type: 64,
  tag: 64,
  key: 500,
  item: 1_000,
  listItems: 1_000,
  ids: 1_000,
  depth: 64,
  query: 4_000,
  batch: 10_000,
  importTasks: 200_000,
  importBytes: 256_000_000,
  importLine: 16_000_000,
  leaseSeconds: 86_400,
  tokenSeconds: 315_360_000,
  events: 10_000,
  url: 2_000,
  keepSecretSeconds: 30 * 86_400,
} as const;

/** Events a page has when nobody says how many. */
export const EVENTS_A_PAGE = 500;
