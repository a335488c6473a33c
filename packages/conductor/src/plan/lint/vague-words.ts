/** Words that no test can look at, whatever stands beside them. */
const NEVER_TESTABLE =
  /\b(?:reasonabl[ey]|appropriate(?:ly)?|adequate(?:ly)?|user[- ]friendly|intuitive(?:ly)?|easy to (?:use|learn|understand|maintain|extend)|as (?:needed|necessary|appropriate|required|fast as possible|soon as possible|much as possible)|if possible|where possible|robust(?:ly)?|seamless(?:ly)?|state[- ]of[- ]the[- ]art|best practices?|sufficient(?:ly)?|graceful(?:ly)?|elegant(?:ly)?|modern|etc|and so on|and\/or)\b/i;

/** Words that a number makes good: "fast" alone, and not "within 200 ms". */
const WITHOUT_NUMBER =
  /\b(?:fast|quick(?:ly)?|promptly|responsive(?:ly)?|efficient(?:ly)?|performant|scalable|lightweight|low latency|high availability|highly available|minimal(?:ly)?|frequently|regularly|rarely)\b/i;

/** The first word of a text that cannot be tested, or null. */
export function vagueWord(text: string): string | null {
  const never = NEVER_TESTABLE.exec(text)?.[0];
  if (never !== undefined) return never;
  return /\d/.test(text) ? null : (WITHOUT_NUMBER.exec(text)?.[0] ?? null);
}
