/** What a plan left on a task in taskwerk; other programs may have written there too, so nothing is taken for granted. Pure. */
import type { Task } from "@taskwerk/contract/task";

export interface PlanOfTask {
  readonly id: string;
  readonly requirements: readonly string[];
  readonly source: string | null;
  readonly quote: string | null;
  /** By acceptance item, in order. */
  readonly proofs: readonly (string | null)[];
}

/** Null for a task that no plan made. */
export function planOf(task: Pick<Task, "metadata">): PlanOfTask | null {
  const { plan } = task.metadata;
  if (typeof plan !== "object" || plan === null) return null;
  const { id, requirements, source, quote, proofs } = plan as Record<string, unknown>;
  if (typeof id !== "string") return null;
  return {
    id,
    requirements: textsOf(requirements),
    source: typeof source === "string" ? source : null,
    quote: typeof quote === "string" ? quote : null,
    proofs: Array.isArray(proofs) ? proofs.map((one) => (typeof one === "string" ? one : null)) : [],
  };
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
