import { createHash } from "node:crypto";
import { basename, extname } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { Plan, PlanProblem } from "../model/plan.ts";
import { plus } from "../model/usage.ts";
import { checkPlan } from "./check.ts";
import type { PlanDraft, PlanInput, Planner, PlanProgress } from "./planners/planner.ts";
import { addressOf, type PlanDocument } from "./read/document.ts";
import type { ParserCommand } from "./read/parse-in-child.ts";
import { readDocument } from "./read/read-document.ts";
import type { RepositoryMap } from "./repository-map.ts";
import { extractRequirements } from "./requirements.ts";
import { slugOf } from "./slug.ts";

/** Documents, who plans them, and within which bounds. */
export interface DecomposeOptions {
  /** Documents, as typed. */
  readonly paths: readonly string[];
  /** What relative paths start from. */
  readonly cwd: string;
  readonly planner: Planner;
  readonly parser: ParserCommand;
  /** Levels of tasks; 1 without --recursive. */
  readonly maxDepth: number;
  /** Looks what the repository holds already, with the documents in mind; asked by planners that use it. */
  readonly repository?: (documents: readonly PlanDocument[]) => Promise<RepositoryMap | null>;
  /** Told once, before a planner begins: what it is given. */
  readonly onInput?: (input: PlanInput) => void;
  /** What planning may cost, USD. */
  readonly budgetUsd?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PlanProgress) => void;
  /** A plan of exactly these documents that is there already; then no other is made. */
  readonly standing?: (id: string) => Promise<Plan | null>;
  /** Keeps a plan that breaks rules, so that a person can repair it; answers where. */
  readonly keepDraft?: (plan: Plan) => Promise<string>;
}

/** A plan without errors; `problems` holds its gaps and warnings. */
export interface Decomposed {
  readonly plan: Plan;
  readonly problems: readonly PlanProblem[];
  /** False: it was there already. */
  readonly made: boolean;
}

/**
 * From documents to a checked plan: read, find requirements, ask the planner, check, and once more with what was wrong.
 * Throws what reading and planning throw, and PLAN_INVALID (details: problems, file) when the second draft breaks rules too.
 */
export async function decompose(options: DecomposeOptions): Promise<Decomposed> {
  const { paths, cwd, parser, planner, signal } = options;
  const documents: PlanDocument[] = [];
  for (const path of [...new Set(paths)])
    documents.push(await readDocument(path, { parser, cwd, ...(signal === undefined ? {} : { signal }) }));
  const id = planIdOf(documents);
  const standing = (await options.standing?.(id)) ?? null;
  if (standing !== null)
    return { plan: standing, problems: checkPlan(standing, { maxDepth: options.maxDepth }), made: false };
  const extracted = extractRequirements(documents);
  // A planner counts from its own start, and may be asked twice.
  let before: PlanProgress | null = null;
  let last: PlanProgress | null = null;
  const input: PlanInput = {
    documents,
    requirements: extracted.requirements,
    maxDepth: options.maxDepth,
    repository: planner.learns ? ((await options.repository?.(documents)) ?? null) : null,
    ...(options.budgetUsd === undefined ? {} : { budgetUsd: options.budgetUsd }),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (progress) => {
      last = progress;
      options.onProgress?.(after(before, progress));
    },
  };
  const assemble = (draft: PlanDraft): Plan => ({
    version: 1,
    id,
    status: "draft",
    planner: { name: planner.name, model: planner.model },
    sources: documents.map(({ path, sha256 }) => ({ path, sha256 })),
    requirements: [...extracted.requirements, ...draft.requirements],
    tasks: draft.tasks,
    non_goals: extracted.non_goals,
    questions: [...new Set([...extracted.questions, ...draft.questions])],
    assumptions: [...new Set([...extracted.assumptions, ...draft.assumptions])],
    left_out: draft.left_out,
    hidden: documents.flatMap((document) =>
      document.hidden.map(({ kind, text, ...span }) => ({ source: addressOf(document, span), kind, text })),
    ),
  });
  const { maxDepth } = options;
  options.onInput?.(input);
  let draft = await planner.plan(input);
  let plan = assemble(draft);
  let problems = checkPlan(plan, { maxDepth });
  const wrong = problems.filter(({ severity }) => severity !== "warning");
  if (wrong.length > 0 && planner.learns) {
    before = last;
    const left = options.budgetUsd === undefined ? {} : { budgetUsd: options.budgetUsd - (usdOf(last) ?? 0) };
    draft = await planner.plan({ ...input, ...left, correction: { draft, problems: wrong } });
    plan = assemble(draft);
    problems = checkPlan(plan, { maxDepth });
  }
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    await planner.reject?.();
    throw await invalid(plan, errors, options.keepDraft);
  }
  return { plan, problems, made: true };
}

const usdOf = (progress: PlanProgress | null): number | null => progress?.usage.usd ?? null;

/** What a planner says the second time it is asked, with what it used the first time. */
const after = (before: PlanProgress | null, now: PlanProgress): PlanProgress =>
  before === null
    ? now
    : {
        ...now,
        calls: before.calls + now.calls,
        kept: (before.kept ?? 0) + (now.kept ?? 0),
        answered: (before.answered ?? 0) + (now.answered ?? 0),
        usage: plus(before.usage, now.usage),
      };

async function invalid(
  plan: Plan,
  errors: readonly PlanProblem[],
  keep: DecomposeOptions["keepDraft"],
): Promise<WerkError> {
  const file = keep === undefined ? null : await keep(plan);
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return new WerkError("PLAN_INVALID", `the plan breaks rules: ${errors[0]?.message ?? ""}${more}`, {
    hint:
      file === null
        ? "Run it again, or use another planner."
        : `Correct it in an editor, then: conductor plan show ${shellWord(file)}`,
    details: { problems: errors, file },
  });
}

/** The first document's name and a few letters made from all their bytes: the same documents give the same id. */
export function planIdOf(documents: readonly Pick<PlanDocument, "path" | "sha256">[]): string {
  const first = documents[0]?.path ?? "plan";
  const hash = createHash("sha256");
  for (const { sha256 } of documents) hash.update(`${sha256}\n`);
  return `${slugOf(basename(first, extname(first)))}-${hash.digest("hex").slice(0, 6)}`;
}
