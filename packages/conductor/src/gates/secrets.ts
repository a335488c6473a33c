/** Looks for credentials in added lines. Pure; findings name the place and the kind, never the value. */
import { formsOf } from "../model/redact.ts";
import { addedLines } from "./added-lines.ts";

export interface SecretFinding {
  readonly path: string;
  /** Line in the new file. */
  readonly line: number;
  readonly kind: string;
}

/** Formats that say themselves what they are. All are linear: bounded classes, no nested repetition. */
const KNOWN: readonly (readonly [string, RegExp])[] = [
  ["private key", /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/],
  ["Anthropic key", /\bsk-ant-[A-Za-z0-9_-]{20,}/],
  ["OpenAI key", /\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}/],
  ["AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})/],
  ["GitLab token", /\bglpat-[A-Za-z0-9_-]{20,}/],
  ["npm token", /\bnpm_[A-Za-z0-9]{36}\b|_authToken\s*=\s*[A-Za-z0-9-]{20,}/],
  ["Slack token", /\bxox[abprs]-[A-Za-z0-9-]{20,}/],
  ["Stripe key", /\b[rs]k_live_[A-Za-z0-9]{20,}/],
  ["Google API key", /\bAIza[0-9A-Za-z_-]{35}/],
  ["JSON web token", /\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}/],
  [
    "password in a URL",
    /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@'"<>${}]{1,100}:(?!password\b|pass\b|secret\b|x+@|\*+@)[^\s@/'"<>${}]{6,100}@(?!localhost|127\.|example\.)/i,
  ],
];

const ASSIGNMENT =
  /(?:secret|token|passw(?:or)?d|api_?-?key|access_?-?key|private_?-?key|credential)s?["']?\s{0,5}[:=]{1,2}>?\s{0,5}["'`]([A-Za-z0-9+/_=.~-]{20,200})["'`]/i;

/** Examples and stand-ins. */
const PLACEHOLDER =
  /example|sample|dummy|fake|placeholder|changeme|your[-_]|xxxx|1234567890|abcdef|test[-_]?(?:key|token|secret)|redacted/i;

const MAX_LINE = 20_000;
const KEPT_VALUE = "secret value of yours";

/**
 * Secrets in the added lines of a unified diff: what looks like one, and `known` values in every form in which they are
 * redacted. Lines over 20,000 characters are searched in pieces that overlap.
 */
export function findSecrets(diff: string, known: readonly string[] = []): readonly SecretFinding[] {
  const findings: SecretFinding[] = [];
  const forms = formsOf(known).filter((form) => diff.includes(form));
  for (const { path, line, text } of addedLines(diff)) {
    const kind = forms.some((form) => text.includes(form)) ? KEPT_VALUE : kindOf(text);
    if (kind !== null) findings.push({ path, line, kind });
  }
  return findings;
}

/** The same in a whole file. */
export function secretsIn(path: string, content: string, known: readonly string[] = []): readonly SecretFinding[] {
  const forms = formsOf(known).filter((form) => content.includes(form));
  return content.split("\n").flatMap((text, at) => {
    const kind = forms.some((form) => text.includes(form)) ? KEPT_VALUE : kindOf(text);
    return kind === null ? [] : [{ path, line: at + 1, kind }];
  });
}

function kindOf(line: string): string | null {
  for (let at = 0; at < line.length; at += MAX_LINE - 500) {
    const piece = line.slice(at, at + MAX_LINE);
    for (const [kind, pattern] of KNOWN) {
      const match = pattern.exec(piece);
      if (match !== null && !PLACEHOLDER.test(match[0])) return kind;
    }
    const value = ASSIGNMENT.exec(piece)?.[1];
    if (
      value !== undefined &&
      !PLACEHOLDER.test(value) &&
      entropyOf(value) >= 3.5 &&
      /\d/.test(value) &&
      /[A-Za-z]/.test(value)
    )
      return "assignment that looks like a secret";
  }
  return null;
}

/** Shannon entropy, bits a character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
