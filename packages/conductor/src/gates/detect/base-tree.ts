import type { Gate } from "../../model/gate.ts";

/** A base tree, as gates are looked for in it. */
export interface BaseTree {
  readFile(path: string): Promise<string | null>;
  listFiles(): Promise<readonly string[]>;
}

export interface DetectOptions {
  /** Least percentage of covered lines; null = measured, no floor. */
  readonly minCoverage: number | null;
  /** Least percentage of the lines that a change adds; null = not asked. */
  readonly minChangedCoverage?: number | null;
  /** At least one test must have run, also where the runner's counts are not known. */
  readonly requireTests: boolean;
  /** Per gate, milliseconds. */
  readonly timeoutMs: number;
}

/** A gate of a tool's own, with what all such gates have in common. */
export const toolGate = (
  gate: Pick<Gate, "id" | "kind" | "run" | "origin"> & Partial<Gate>,
  { timeoutMs, requireTests }: DetectOptions,
): Gate => ({
  when: [],
  phases: ["pre", "merged"],
  required: true,
  timeoutMs,
  network: false,
  parse: "exit",
  minCoverage: null,
  minTests: gate.kind === "test" && (requireTests || (gate.parse ?? "exit") !== "exit") ? 1 : 0,
  ...gate,
});

/** What is asked of a coverage gate. */
export const asked = ({ minCoverage, minChangedCoverage }: DetectOptions): Partial<Gate> => ({
  minCoverage,
  ...(minChangedCoverage == null ? {} : { minChangedCoverage }),
});
