/** The plans that the journal knows, and what was asked of models for them. */
import { type Planning, planningIn } from "../planning.ts";
import type { Draft } from "./draft.ts";
import type { EventOf } from "./event-of.ts";

/** A plan as the journal knows it: where its file is and how far it has come. */
export interface PlanState {
  readonly id: string;
  readonly sourceFile: string;
  readonly file: string;
  readonly status: "draft" | "reviewing" | "imported";
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly savedAt: string;
  /** How often it was written as a draft. */
  readonly drafts: number;
  /** The other files that it was written to, as they were written last. */
  readonly elsewhere: readonly Pick<PlanState, "file" | "metadata" | "savedAt">[];
}

/** A planning for which a model was asked. */
export interface PlanningState extends Planning {
  /** The plan that came of it; null = none did. */
  readonly plan: string | null;
  readonly sourceFile: string;
  readonly at: string;
}

export interface Plans {
  readonly plans: ReadonlyMap<string, PlanState>;
  /** Oldest first. */
  readonly plannings: readonly PlanningState[];
}

export type PlanEvent = EventOf<"plan.saved" | "planning.failed">;

export function applyToPlans(draft: Draft<Plans>, event: PlanEvent): void {
  if (event.type === "planning.failed") {
    notePlanning(draft, event, { calls: event.calls ?? null, usage: event.usage, paidBy: event.paidBy ?? null });
    return;
  }
  const before = draft.plans.get(event.plan);
  const known = before === undefined ? [] : [...before.elsewhere, before];
  const elsewhere = known
    .filter(({ file }) => file !== event.file)
    .map(({ file, metadata, savedAt }) => ({ file, metadata, savedAt }));
  draft.plans.set(event.plan, {
    id: event.plan,
    sourceFile: event.sourceFile,
    file: event.file,
    status: event.status,
    metadata: event.metadata,
    savedAt: event.at,
    drafts: (before?.drafts ?? 0) + (event.status === "draft" ? 1 : 0),
    elsewhere,
  });
  notePlanning(draft, event, planningIn(event.metadata));
}

function notePlanning(draft: Draft<Plans>, event: PlanEvent, planning: Planning | null): void {
  if (planning === null) return;
  const plan = event.type === "plan.saved" ? event.plan : null;
  draft.plannings.push({ ...planning, plan, sourceFile: event.sourceFile, at: event.at });
}
