/** How a task would be split, as a planner sees it. Types only: who makes plans is handed in. */
import type { Usage } from "../model/agent.ts";

/** `none`: there is no way to split it, or nobody who could say. `usage`: what asking took; null = nothing. */
export type ProposedSplit = { readonly usage: Usage | null } & (
  | { readonly kind: "split"; readonly planner: string; readonly titles: readonly string[] }
  | { readonly kind: "none"; readonly why: string }
);

/** Asks for a split of the task, given what went wrong; `usd`: what asking may cost, null = no limit. Never throws for what a planner cannot do. */
export type SplitTask = (task: string, evidence: string, usd: number | null) => Promise<ProposedSplit>;
