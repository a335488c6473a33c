/** What a claimer holds: the task's uid and the number of its claim. A later claim of the task has a higher fence. */
export interface ClaimToken {
  readonly uid: string;
  readonly fence: number;
}

export const printToken = ({ uid, fence }: ClaimToken): string => `${uid}.${fence}`;

/** Null when the text is no token at all. */
export function parseToken(text: string): ClaimToken | null {
  const match = /^([0-9A-HJKMNP-TV-Z]{26})\.(\d{1,15})$/.exec(text.trim());
  return match ? { uid: match[1]!, fence: Number(match[2]) } : null;
}
