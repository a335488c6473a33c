/** The name of a branch as people type it: refs/heads/main → main. Pure. */
export const branchOf = (ref: string): string => ref.replace(/^refs\/heads\//, "");
