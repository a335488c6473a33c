import type { Weighed } from "../../policy/decide.ts";
import { hanging } from "../../report/layout.ts";

/** What may follow. */
export const VERDICTS = ["allow", "ask", "deny"] as const;

/** One action, what follows, and which rules say so. */
export interface Tested {
  readonly about: string;
  readonly verdict: (typeof VERDICTS)[number];
  readonly rule: string;
  readonly reason: string | null;
  readonly expected: (typeof VERDICTS)[number] | null;
  readonly findings: readonly Weighed[];
}

/** One answer: the verdict, then every rule that found something, with where it comes from and whether it counts. */
export function verdictLines(
  { about, verdict, rule, reason, expected, findings }: Tested,
  width: number,
  short: boolean,
): readonly string[] {
  const missed = expected !== null && expected !== verdict;
  const head = `${verdict.padEnd(5)}  ${about}${missed ? `, expected ${expected}` : ""}`;
  const why = reason === null ? rule : `${rule}: ${reason}`;
  if (short)
    return [`${missed ? "WRONG " : "ok    "} ${head}`, ...(missed ? hanging("              ", why, width) : [])];
  return [
    head,
    ...hanging("       by  ", rule, width),
    "",
    ...findings.flatMap(({ effect, rule: name, reason: because, paths, from, lifted }) => [
      ...hanging(
        `  ${(lifted === null ? effect : "-").padEnd(5)}  `,
        `${name} (${from})${because === "" ? "" : `: ${because}`}${lifted === null ? "" : `; does not count: ${lifted}`}`,
        width,
      ),
      ...paths.flatMap((path) => hanging("           ", path, width)),
    ]),
  ];
}
