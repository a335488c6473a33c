/** " (prd.md#L10)" for behind what is named; nothing for what has no address, as in a plan that was written by hand. */
export const beside = (source: string): string => (source === "" ? "" : ` (${source})`);
