/** A claim's token names the task and the fence of the claim. It is no secret: it tells one claim from the next, nothing more. */

/** The token of the live claim that a task shows; null when it shows none. Lets a program that died find its own claims again. */
export const claimTokenOf = (task: {
  readonly uid: string;
  readonly claim: { readonly fence: number } | null;
}): string | null => (task.claim === null ? null : `${task.uid}.${task.claim.fence}`);
