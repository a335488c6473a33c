/** What gates measured of the base at the start, of the newest tree that landed, and of what landed on the way. Pure. */
import { type Coverage, newestByGate, type Receipt, type TestCounts } from "../model/gate.ts";
import type { RunState, SessionState } from "../model/state.ts";
import type { ReportFacts } from "./facts.ts";
import type { TaskReport } from "./task-report.ts";

/** null = no gate measured it. */
export interface Measured {
  readonly tests: {
    readonly before: TestCounts | null;
    /** Also null where a gate that ran tests on the base did not count them on the newest tree. */
    readonly after: TestCounts | null;
    /** Names of tests that ran on the base and are not there any more, or are skipped now; null = their names are not known. */
    readonly removed: readonly string[] | null;
    readonly skipped: readonly string[] | null;
    /** What is taken away from the test files of the base, as git shows their text; null = nobody looked. */
    readonly weakened: readonly string[] | null;
  };
  readonly coverage: {
    readonly before: Coverage | null;
    readonly after: Coverage | null;
    /** Of the lines that each landing of this session adds, those that a gate measured, all of them added up. */
    readonly changedLines: NonNullable<Receipt["changedLines"]> | null;
  };
}

/** What is known of a session by the receipts in its journal, and by what was found of its tests. */
export function measuredOf(
  state: RunState,
  session: SessionState,
  tasks: readonly TaskReport[],
  { git, lostTests }: Pick<ReportFacts, "git" | "lostTests">,
): Measured {
  const { before, after } = receiptsAtEnds(state, session);
  return {
    tests: {
      before: countsIn(before),
      after: ranAgain(before, after) ? countsIn(after) : null,
      removed: lostTests?.removed ?? null,
      skipped: lostTests?.skipped ?? null,
      weakened: git?.weakened ?? null,
    },
    coverage: { before: coverageIn(before), after: coverageIn(after), changedLines: changedLinesIn(tasks, session.id) },
  };
}

/** The receipts of the base at the start, and of the newest tree that landed. */
export function receiptsAtEnds(
  state: RunState,
  session: Pick<SessionState, "id">,
): { readonly before: readonly Receipt[]; readonly after: readonly Receipt[] } {
  const known = (ids: readonly string[]): readonly Receipt[] => ids.flatMap((id) => state.receipts.get(id) ?? []);
  const judged = state.judgements.filter((one) => one.session === session.id).map(({ receipt }) => receipt);
  // A gate that was red at first was measured again.
  const before = newestByGate(known(judged).filter(({ phase }) => phase === "baseline"));
  return { before, after: known(newestTree(state, session)?.receipts ?? []) };
}

/** The newest commit that the session landed, or that took something of it back. */
export function newestTree(
  state: RunState,
  session: Pick<SessionState, "id">,
): { readonly commit: string; readonly receipts: readonly string[] } | null {
  const landing = state.landings.findLast((one) => one.session === session.id);
  // What was taken back later is not in the tree any more.
  const back = state.rollbacks.findLast(
    (one) => one.landed && one.reverts.some(({ session: of }) => of === session.id) && one.at > (landing?.at ?? ""),
  );
  return back ?? landing ?? null;
}

/** All test gates together; null when none of them counted. */
function countsIn(receipts: readonly Receipt[]): TestCounts | null {
  const counts = receipts
    .filter(({ kind }) => kind === "test")
    .flatMap((one) => (one.counts === null ? [] : [one.counts]));
  if (counts.length === 0) return null;
  const sum = (key: keyof TestCounts): number => counts.reduce((n, one) => n + one[key], 0);
  return { total: sum("total"), passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** Every gate that ran tests on the base has run there too, and counted them if it had: else the two totals are of other tests. */
const ranAgain = (before: readonly Receipt[], after: readonly Receipt[]): boolean =>
  before
    .filter(({ kind }) => kind === "test")
    .every((base) => after.some(({ gate, counts }) => gate === base.gate && (counts !== null || base.counts === null)));

const coverageIn = (receipts: readonly Receipt[]): Coverage | null =>
  receipts.find(({ coverage }) => coverage !== null)?.coverage ?? null;

/** Several gates may measure one landing, each its own part of it. */
function changedLinesIn(tasks: readonly TaskReport[], session: string): Measured["coverage"]["changedLines"] {
  const counts = tasks
    .filter(({ landed }) => landed?.session === session)
    .flatMap(({ landed }) => landed!.receipts.flatMap(({ changedLines }) => changedLines ?? []));
  if (counts.length === 0) return null;
  const sum = (key: "total" | "covered"): number => counts.reduce((n, one) => n + one[key], 0);
  return { total: sum("total"), covered: sum("covered") };
}
