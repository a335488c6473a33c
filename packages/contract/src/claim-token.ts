/** A claim's token names the task and the fence of the claim. It is no secret: it tells one claim from the next, nothing more. */

/** What a claimer holds: the task's uid and the number of its claim. A later claim of the task has a higher fence. */
export interface ClaimToken {
  readonly uid: string;
  readonly fence: number;
}

/** The token as text. */
export const printToken = ({ uid, fence }: ClaimToken): string => `${uid}.${fence}`;

/** Null when the text is no token at all. */
export function parseToken(text: string): ClaimToken | null {
  const match = /^([0-9A-HJKMNP-TV-Z]{26})\.(\d{1,15})$/.exec(text.trim());
  return match ? { uid: match[1]!, fence: Number(match[2]) } : null;
}

/** The token of the live claim that a task shows; null when it shows none. Lets a program that died find its own claims again. */
export const claimTokenOf = ({
  uid,
  claim,
}: {
  readonly uid: string;
  readonly claim: { readonly fence: number } | null;
}): string | null => (claim === null ? null : printToken({ uid, fence: claim.fence }));
