/** The message of a landed commit: a Conventional Commit with trailers, whatever a title or an id contains. Pure. */
import type { Receipt } from "../model/gate.ts";

export interface LandingMessage {
  /** The task's id, its title as people wrote it, and its type in taskwerk. */
  readonly task: string;
  readonly title: string;
  readonly type?: string | null;
  /** The part of the product, in parentheses after the type. */
  readonly scope?: string | null;
  readonly session: string;
  /** Ids of the requirements that the task serves. */
  readonly requirements?: readonly string[];
  /** What was taken for granted on the way: question and default, one a line. */
  readonly assumed?: readonly string[];
  /** `Name <address>`: who is named beside the author. */
  readonly coAuthor?: string | null;
  /** What conflicted and how that was settled without an agent, one a line. */
  readonly resolved?: readonly string[];
  /** The receipts it landed with. */
  readonly receipts: readonly Pick<Receipt, "id" | "gate" | "result">[];
}

const TYPES: Readonly<Record<string, string>> = {
  feature: "feat",
  feat: "feat",
  enhancement: "feat",
  story: "feat",
  bug: "fix",
  bugfix: "fix",
  fix: "fix",
  docs: "docs",
  documentation: "docs",
  refactor: "refactor",
  test: "test",
  tests: "test",
  perf: "perf",
  performance: "perf",
  build: "build",
  ci: "ci",
  style: "style",
  chore: "chore",
};
const HEADER = /^([a-z]+)(?:\(([^()\s]{1,40})\))?!?:\s+(\S.*)$/;
const HEADER_LIMIT = 100;
const VALUE_LIMIT = 200;

/** `type(scope): subject`, what was assumed, and the trailers Task, Session, Requirement, Receipt, Resolved and Co-authored-by. */
export function landingMessage(wish: LandingMessage): string {
  const trailers = [
    ["Task", wish.task],
    ["Session", wish.session],
    ...(wish.requirements ?? []).map((requirement) => ["Requirement", requirement] as const),
    ...wish.receipts.map(({ id, gate, result }) => ["Receipt", `${gate} ${result} ${id}`] as const),
    ...(wish.resolved ?? []).map((how) => ["Resolved", how] as const),
    ...(wish.coAuthor ? [["Co-authored-by", wish.coAuthor] as const] : []),
  ];
  const assumed = (wish.assumed ?? []).map((text) => `[ASSUMED] ${oneLine(text, VALUE_LIMIT)}\n`).join("");
  return `${header(wish)}\n\n${assumed === "" ? "" : `${assumed}\n`}${trailers.map(([name, value]) => `${name}: ${oneLine(value ?? "", VALUE_LIMIT)}`).join("\n")}\n`;
}

function header({ title, type, scope, task }: LandingMessage): string {
  const line = oneLine(title, 1000);
  const typed = HEADER.exec(line);
  const given = typed?.[1] === undefined ? undefined : TYPES[typed[1]];
  const word = given ?? TYPES[oneLine(type ?? "", 40).toLowerCase()] ?? "feat";
  const part = oneLine((given && typed?.[2]) || scope || "", 40).replace(/[^\p{L}\p{N}._/-]+/gu, "-");
  const subject = (given ? typed?.[3] : line) || oneLine(task, 60);
  const start = part.replace(/^-+|-+$/g, "") === "" ? `${word}: ` : `${word}(${part.replace(/^-+|-+$/g, "")}): `;
  return `${start}${cut(subject, HEADER_LIMIT - start.length)}`;
}

/** One line without control characters and without characters that hide or turn text around. */
export const oneLine = (text: string, limit: number): string =>
  cut(
    text
      .replace(/\p{Cs}/gu, "\ufffd")
      .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
      .replace(/\p{Cf}/gu, "")
      .replace(/\s+/g, " ")
      .trim(),
    limit,
  );

function cut(text: string, limit: number): string {
  const characters = [...text];
  return characters.length <= limit
    ? text
    : `${characters
        .slice(0, limit - 1)
        .join("")
        .trimEnd()}…`;
}
