/** Where a link leads: to what was made for the task, or to what it is about. No imports: the hot path uses it. */
export const LINK_TYPES = ["commit", "pr", "branch", "url", "file"] as const;
export type LinkType = (typeof LINK_TYPES)[number];
