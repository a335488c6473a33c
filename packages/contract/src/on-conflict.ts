/** What becomes of a row of an import whose task is there already, or whose id another task has. */
export const ON_CONFLICT = ["fail", "skip", "update", "renumber"] as const;
export type OnConflict = (typeof ON_CONFLICT)[number];
