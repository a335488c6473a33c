/** Gates and receipts: what must be true of a tree before it lands, and the record that it was. Types and small pure rules. */
import type { SandboxLevel } from "./command.ts";

export type GateKind = "scope" | "secrets" | "lint" | "types" | "build" | "test" | "coverage" | "custom";

/** What a gate's command leaves behind, and how it is read: tests, coverage, findings, or its exit code alone. */
export const TEST_PARSERS = ["junit", "tap", "vitest-json", "jest-json", "go-json", "cargo"] as const;
export const COVERAGE_PARSERS = ["lcov", "istanbul", "cobertura", "gocover"] as const;
export const GATE_PARSERS = [...TEST_PARSERS, ...COVERAGE_PARSERS, "sarif", "exit"] as const;
export type GateParser = (typeof GATE_PARSERS)[number];

export interface Gate {
  readonly id: string;
  readonly kind: GateKind;
  /** A shell command line, run at the top of a fresh checkout. */
  readonly run: string;
  /** Globs of changed files that make it apply; empty = always. */
  readonly when: readonly string[];
  /** `pre`: on the agent's branch, before the queue. `merged`: on the tree that would land. A gate may run in both. */
  readonly phases: readonly ("pre" | "merged")[];
  readonly required: boolean;
  readonly timeoutMs: number;
  readonly network: boolean;
  readonly parse: GateParser;
  /** Which runner is asked for its report, and how. Absent = node's own. */
  readonly ask?: "unittest" | "pytest";
  /** Words after `run` that ask its runner for the report; people see the command without them. */
  readonly askWith?: string;
  /** Where the command writes its report, from the top of the checkout. Absent = to a pipe of conductor's, or its output. */
  readonly report?: string;
  /** coverage only: the least percentage of lines, null = no floor. */
  readonly minCoverage: number | null;
  /** coverage only: the least percentage of the lines that a change adds. Absent = not asked. */
  readonly minChangedCoverage?: number;
  /** test only: how many tests must have run. 0 = any. */
  readonly minTests: number;
  /** Tests that failed on the base already, by name: they do not count. Absent when the base is green. */
  readonly redBefore?: readonly string[];
  /** Where it came from: "package.json scripts.test", "config". */
  readonly origin: string;
}

/** One gate as a configuration has it. */
export interface ConfiguredGate {
  readonly id: string;
  readonly run: string;
  readonly when: readonly string[];
  readonly phases: Gate["phases"];
  readonly required: boolean;
  /** Null = as for every gate. */
  readonly timeoutMs: number | null;
  readonly network: boolean;
  readonly parse: GateParser;
  readonly report: string | null;
  readonly origin: string;
}

/** What is configured of gates for one tree. */
export interface Configured {
  readonly gates: readonly ConfiguredGate[];
  /** Others are still looked for. */
  readonly detect: boolean;
}

/** `not-run`: the command was missing or nothing was measured; it is never a pass. `error`: the gate itself broke or timed out. */
export type GateResult = "pass" | "fail" | "not-run" | "error";

export interface TestCounts {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What a linter or a scanner found. */
export interface Findings {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

export interface Coverage {
  readonly linesTotal: number;
  readonly linesCovered: number;
  /** 0 to 100, rounded down to two decimals. */
  readonly percent: number;
}

/** A gate file of the tree beside the base's, each by its sha256; null = not there. */
export interface GateFilePair {
  readonly path: string;
  readonly base: string | null;
  readonly tree: string | null;
}

/** The record that one gate judged one tree. It counts for exactly that tree and that gate configuration. */
export interface Receipt {
  readonly id: string;
  /** The git tree it is about: 40 or 64 hex digits. */
  readonly tree: string;
  readonly gate: string;
  readonly kind: GateKind;
  readonly phase: "pre" | "merged" | "baseline";
  readonly required: boolean;
  readonly command: string;
  /** sha256 over the gate and the gate files of the base it was taken from. */
  readonly configHash: string;
  readonly result: GateResult;
  /** Why, in a sentence, when it is no pass. */
  readonly reason: string | null;
  readonly counts: TestCounts | null;
  readonly coverage: Coverage | null;
  /** Of the lines that the change adds: those that are code that it measured, and those of them that tests reach. Absent = none. */
  readonly changedLines?: { readonly total: number; readonly covered: number };
  /** Absent where the gate reports none. */
  readonly findings?: Findings;
  /** Names of the tests that failed, or what was found, sorted. A pass may have some: they failed on the base too. */
  readonly failures: readonly string[];
  /** Tests that failed at first and passed when the same tree was run again. Absent when there were none. */
  readonly flaky?: readonly string[];
  /** Where the names of all tests are kept, and the digest of that list. Absent where the runner names none. */
  readonly tests?: { readonly path: string; readonly sha256: string };
  /** Gate files that differ from the base's: which configuration judged, and which it replaces. Absent when none does. */
  readonly gateFilesChanged?: readonly GateFilePair[];
  /** The last lines of its output, at most 4,000 characters: evidence for people and for the agent's next try. */
  readonly excerpt: string;
  readonly logPath: string;
  readonly logSha256: string;
  readonly sandbox: SandboxLevel;
  readonly at: string;
  readonly durationMs: number;
}

/** The gates that stop a landing: required ones whose receipt is missing or is no pass. */
export function missingReceipts(gates: readonly Gate[], receipts: readonly Receipt[], tree: string): readonly Gate[] {
  return gates.filter(
    (gate) =>
      gate.required &&
      !receipts.some((receipt) => receipt.gate === gate.id && receipt.tree === tree && receipt.result === "pass"),
  );
}

/** The last word of each gate, in the order in which they first spoke. */
export const newestByGate = (receipts: readonly Receipt[]): readonly Receipt[] => [
  ...new Map(receipts.map((receipt) => [receipt.gate, receipt])).values(),
];

/** What failed, as one comparable text: gate ids with their failing tests. Empty when all passed. */
export function failureSignature(receipts: readonly Receipt[]): string {
  return receipts
    .filter((receipt) => receipt.required && receipt.result !== "pass")
    .map((receipt) => `${receipt.gate}:${receipt.result}:${receipt.failures.join("|")}`)
    .sort()
    .join("\n");
}
