/** Policy and gates on the agent's own branch. */
import { isWerkError } from "@taskwerk/contract/errors";
import { namesKept } from "../gates/names-of-tests.ts";
import { ratchet } from "../gates/ratchet.ts";
import { applies } from "../gates/run-gates.ts";
import type { Verdict } from "../model/decision.ts";
import type { Change } from "../policy/action.ts";
import { decide } from "../policy/decide.ts";
import { askApproval } from "./ask-approval.ts";
import { circumstancesOf, coverageDelta, isReversible, policyNow } from "./circumstances.ts";
import { commandsVerdict } from "./command-rules.ts";
import { decidedOtherwise } from "./decided-otherwise.ts";
import type { GateSet } from "./gate-set.ts";
import { type Gathered, gatherChange, withRatchet } from "./gather-change.ts";
import { type IdleWish, idleTests } from "./idle-tests.ts";
import { judgeAttempt, tryTree } from "./judge-tree.ts";
import { baselineOf, judgesOf, namesOf } from "./judges.ts";
import { redOnes, setbackFor, setbackOf } from "./setback.ts";
import { endOfAbort, enterStage, type Step, type Story } from "./story.ts";
import { whatDidNotRun, whatIsMissing } from "./unproven.ts";
import type { Work } from "./work.ts";

/** Work that may land, and what it changes. */
export interface Proven {
  readonly work: Work;
  readonly change: Change;
}

export async function proveWork(story: Story, work: Work): Promise<Step<Proven>> {
  const { context, keeper, clone } = story;
  const otherwise = await decidedOtherwise(story);
  if (otherwise !== null) return { back: otherwise };
  const { repository, gateSets, secrets } = context;
  // Its work is collected: while it is judged and landed, another may have the agent's place.
  await enterStage(story, "gating", null);
  context.slots.leaveAgent();
  await keeper.move("review", { reason: "gates are running" });
  const commands = (await gateSets(clone.base)).gates.map(({ run }) => run);
  const gathered = await gatherChange(repository, { base: clone.base, work: work.commit, secrets, commands });
  const { change } = gathered;
  const symlinks = change.paths.some(({ newMode }) => newMode === "120000");
  const leaving = symlinks ? await repository.leavingLinks(work.tree) : [];
  // No gate could judge it: such a tree is never written out.
  if (leaving.length > 0)
    return noGateSaid(`symbolic links that lead out of the repository: ${leaving.slice(0, 5).join(", ")}`);

  const about = await circumstancesOf(story, change, commands);
  const reversible = isReversible(change);
  const toJudge = decide({ kind: "judge", change, about }, await policyNow(context));
  const mayBeJudged = await askApproval(story, toJudge, work, reversible);
  if (!("go" in mayBeJudged)) return mayBeJudged;
  const judged = await judgeBranch(story, work, gathered, reversible);
  if (!("go" in judged)) return judged;
  const landing = { ...about, coverageDelta: judged.go.coverageDelta };
  const verdict = decide({ kind: "land", change: judged.go.change, about: landing }, await policyNow(context));
  const mayLand = await askApproval(story, verdict, work, reversible);
  return "go" in mayLand ? { go: { work, change } } : mayLand;
}

/** A change that its gates have judged. */
interface Judged {
  readonly change: Change;
  readonly coverageDelta: number | null;
}

/** Runs the gates. Answers the change with what they found out about it. */
async function judgeBranch(
  story: Story,
  work: Work,
  { change, added }: Gathered,
  reversible: boolean,
): Promise<Step<Judged>> {
  const { context, id, signal, clone } = story;
  const { base } = clone;
  const set = await judgesOf(context, { base, tree: work.tree, change }).catch(unreadable);
  if (typeof set === "string") return noGateSaid(set);
  const missing = whatIsMissing(set.gates, context.session.options.requireTests);
  if (missing !== null) return noGateSaid(missing);
  const mayRun = await askApproval(story, await aboutCommands(story, set), work, reversible);
  if (!("go" in mayRun)) return mayRun;
  const changed = change.paths.map(({ path }) => path);
  const { receipts, gates } = await judgeAttempt(context, {
    tree: work.tree,
    set,
    phase: "pre",
    changed,
    changedLines: added,
    attempt: id,
    signal,
  });
  if (signal.aborted) return { end: endOfAbort(story) };
  if (gates.length === 0 && !set.gates.some((gate) => applies(gate, "merged", changed)))
    return {
      end: {
        kind: "blocked",
        blocker: "gates",
        reason: "no gate applies to what it changed, so nothing would prove it",
      },
    };
  const baseline = await baselineOf(context, base);
  const stuck = whatDidNotRun(receipts, baseline);
  if (stuck !== null) return { end: { kind: "blocked", blocker: "gates", reason: stuck } };
  const red = redOnes(receipts);
  if (red.length > 0) return { back: setbackOf(red) };
  const names = await namesOf([...baseline, ...receipts]);
  await noteIdleTests(story, set, { work: work.commit, paths: change.paths, baseline, receipts, names });
  if (signal.aborted) return { end: endOfAbort(story) };
  return {
    go: {
      change: withRatchet(change, ratchet(baseline, receipts, names)),
      coverageDelta: coverageDelta(baseline, receipts),
    },
  };
}

/** What policy says of the command lines that judge it. What the session began with was asked about before it did. */
async function aboutCommands({ context }: Story, { gates }: GateSet): Promise<Verdict> {
  const { policy } = context.settings;
  const commands = gates.map(({ run }) => run);
  const verdict = commandsVerdict(commands, policy);
  if (verdict.kind !== "ask") return verdict;
  const known = new Set((await context.gateSets(context.session.startCommit)).gates.map(({ run }) => run));
  return commandsVerdict(
    commands.filter((one) => !known.has(one)),
    policy,
  );
}

/** Writes down how many new tests there are, and which of them prove nothing. That blocks nothing. */
async function noteIdleTests(
  { context, id, signal, clone }: Story,
  set: GateSet,
  wish: Pick<IdleWish, "work" | "paths" | "baseline" | "receipts" | "names">,
): Promise<void> {
  const { repository, journal } = context;
  const found = await idleTests({
    ...wish,
    repository,
    base: clone.base,
    tryGate: async (gate, tree, changed) => {
      const only: GateSet = { ...set, gates: set.gates.filter((one) => one.id === gate) };
      const { receipts } = await tryTree(context, { tree, set: only, phase: "pre", changed, attempt: id, signal });
      const tests = receipts[0]?.tests;
      return tests === undefined ? null : namesKept(tests);
    },
  });
  await journal.append(found.map((idle) => ({ type: "tests.idle", attempt: id, ...idle }) as const));
}

/** The agent gets it back; the same twice is no progress. */
const noGateSaid = (summary: string): Step<never> => ({ back: setbackFor(summary, summary) });

/** Gates that cannot be read are the agent's to mend; it has changed them. Throws everything else. */
function unreadable(error: unknown): string {
  if (isWerkError(error) && error.code === "CONFIG_INVALID")
    return `what it makes of the gates cannot be read: ${error.message}${error.hint ? ` ${error.hint}` : ""}`;
  throw error;
}
