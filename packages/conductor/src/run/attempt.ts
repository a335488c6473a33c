/** One task's story, from its claim to its landed commit or to the reason why there is none. Only this file knows the order. */
import { isDeepStrictEqual } from "node:util";
import { type ErrorCode, isWerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";
import { namesKept, type TestNames } from "../gates/names-of-tests.ts";
import { ratchet } from "../gates/ratchet.ts";
import { applies } from "../gates/run-gates.ts";
import { takeWork } from "../git/bundle.ts";
import { prepareWorkspace, removeWorkspace } from "../git/workspace.ts";
import { land } from "../landing/land.ts";
import { landingMessage } from "../landing/message.ts";
import type { Usage } from "../model/agent.ts";
import type { Verdict } from "../model/decision.ts";
import { failureSignature, type Gate, newestByGate, type Receipt } from "../model/gate.ts";
import type { Workspace } from "../model/repository.ts";
import type { Attempt, Stage } from "../model/run.ts";
import { plus } from "../model/usage.ts";
import type { Change } from "../policy/action.ts";
import { approvalFor } from "../policy/approval.ts";
import { decide } from "../policy/decide.ts";
import { sweep } from "../sandbox/sweep.ts";
import type { Claimed } from "../tasks/tasks.ts";
import { askPeople, waitForAnswer } from "./ask-people.ts";
import { attemptBrief, type Setback } from "./attempt-brief.ts";
import { attemptDir } from "./attempt-dir.ts";
import { attemptMark } from "./attempt-mark.ts";
import { branchName } from "./branch-name.ts";
import { isClaimGone, unlessGone } from "./claim-gone.ts";
import { type ClaimKeeper, keepClaim } from "./claim-keeper.ts";
import { conflictSetback } from "./conflict-setback.ts";
import { claimerOf, type RunContext } from "./context.ts";
import { converse } from "./converse.ts";
import { changedSet, type GateSet, knowingRed } from "./gate-set.ts";
import { addedBetween, gatherChange, withRatchet } from "./gather-change.ts";
import { type IdleWish, idleTests } from "./idle-tests.ts";
import { judgeAttempt, tryTree } from "./judge-tree.ts";
import { planOf } from "./plan-metadata.ts";
import { noteKept, saveAndRemove } from "./save-workspace.ts";

/** Work that an earlier attempt left and that need not be done again. */
export interface Adopted {
  readonly commit: string;
  readonly tree: string;
  readonly ref: string;
  readonly base: string;
}

/** How it ended. `provider`: nobody's fault; the account has to wait. `budget`: the money is used up. */
export type AttemptEnd =
  | { readonly kind: "landed" }
  | { readonly kind: "failed" | "blocked" | "no-change" | "cancelled"; readonly reason: string }
  /** Somebody stopped the run: what is there already is gone on with. */
  | { readonly kind: "stopped"; readonly reason: string }
  | { readonly kind: "waiting"; readonly decision: string }
  | { readonly kind: "provider"; readonly reason: string; readonly resetAt: string | null; readonly fatal: boolean }
  | { readonly kind: "budget"; readonly reason: string };

interface Work {
  readonly commit: string;
  readonly tree: string;
  readonly ref: string;
}

/** What one step answers: go on with something, or the end of the story. */
type Step<T> = { readonly go: T } | { readonly end: AttemptEnd };

/** Tells the whole story. The task is claimed already, and the caller holds a place for its agent until this returns. */
export async function runAttempt(context: RunContext, claimed: Claimed, adopted: Adopted | null): Promise<AttemptEnd> {
  const { journal, session, agent, now } = context;
  const { task } = claimed;
  const n = ((await journal.state()).attemptsByTask.get(task.id)?.length ?? 0) + 1;
  const id = `${session.id}/${task.id}/${n}`;
  const base = adopted?.base ?? (await tipOf(context));
  await journal.append([
    {
      type: "attempt.started",
      token: claimed.grant.token,
      attempt: newAttempt({
        id,
        session: session.id,
        task,
        n,
        fence: claimed.grant.fence,
        agent: agent.id,
        base,
        at: now().toISOString(),
      }),
    },
  ]);
  // From now on it is this attempt's work: an end that comes before it has landed must not lose sight of it.
  if (adopted !== null)
    await journal.append([
      { type: "attempt.bundled", attempt: id, commit: adopted.commit, tree: adopted.tree, ref: adopted.ref },
    ]);
  context.failpoint("after-claim");
  const keeper = keepClaim({
    tasks: context.tasks,
    task: task.id,
    attempt: id,
    as: claimerOf(context, session.id),
    leaseSeconds: context.settings.leaseSeconds,
    grant: claimed.grant,
    onRegain: async ({ token, fence }) => {
      await journal.append([{ type: "attempt.claimed", attempt: id, token, fence }]);
    },
  });
  const story = new Story(context, { task, id, n, base, keeper });
  try {
    const end = await story.tell(adopted).catch((error: unknown) => endOf(context, error));
    await story.close(end);
    return end;
  } finally {
    keeper.end();
  }
}

/** What an error means for the task alone. Throws on what no other task would fare better with. */
function endOf({ onDefect }: RunContext, error: unknown): AttemptEnd {
  if (isWerkError(error)) {
    // No agent can mend what it never had a say in.
    if (error.code === "SETUP_FAILED") return { kind: "blocked", reason: error.message };
    if (error.code === "INTERRUPTED") return { kind: "stopped", reason: error.message };
    if (isClaimGone(error)) return { kind: "cancelled", reason: "its claim was lost" };
    if (EVERYBODYS.has(error.code)) throw error;
  }
  if (isNoRoom(error)) throw error;
  onDefect(error);
  return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
}

const isNoRoom = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");

const EVERYBODYS: ReadonlySet<ErrorCode> = new Set([
  "TASKWERK_UNREACHABLE",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "STORE_BUSY",
  "STORE_FULL",
  "STORE_UNREADABLE",
  "STORE_CORRUPT",
  "STORE_NOT_FOUND",
  "SCHEMA_TOO_NEW",
  "READ_ONLY",
]);

async function tipOf({ repository, session }: RunContext): Promise<string> {
  const tip = await repository.resolve(session.integration);
  if (tip === null) throw new Error(`${session.integration} has vanished`);
  return tip;
}

/** The story has a lifetime: a workspace, a claim, what went wrong so far. */
class Story {
  readonly #context: RunContext;
  readonly #task: Task;
  readonly #id: string;
  readonly #n: number;
  #base: string;
  readonly #keeper: ClaimKeeper;
  readonly #signal: AbortSignal;
  #workspace: Workspace | null = null;
  #kept: string | null = null;
  /** All that is in the workspace's git has been taken out. */
  #lookedAt = false;
  #setback: Setback | null = null;
  #rounds = 0;
  /** What the work that is being proven changes. */
  #change: Change | null = null;
  #usage: Usage | null = null;

  constructor(
    context: RunContext,
    about: {
      readonly task: Task;
      readonly id: string;
      readonly n: number;
      readonly base: string;
      readonly keeper: ClaimKeeper;
    },
  ) {
    this.#context = context;
    this.#task = about.task;
    this.#id = about.id;
    this.#n = about.n;
    this.#base = about.base;
    this.#keeper = about.keeper;
    this.#signal = AbortSignal.any([context.stop, about.keeper.lost]);
  }

  async tell(adopted: Adopted | null): Promise<AttemptEnd> {
    const { settings } = this.#context;
    let work: Work | null = adopted;
    let conflicts = 0;
    let lastSignature = "";
    for (;;) {
      if (work === null) {
        if (this.#rounds >= settings.maxRounds)
          return {
            kind: "failed",
            reason: `${this.#rounds === 1 ? "1 try" : `${this.#rounds} tries`}, and ${this.#setback?.summary ?? "nothing to land"}`,
          };
        const done = await this.#work();
        if ("end" in done) return done.end;
        work = done.go;
      }
      const proven = await this.#prove(work);
      if ("end" in proven) return proven.end;
      if (proven.go === "rework") {
        const signature = this.#setback?.signature ?? "";
        if (signature !== "" && signature === lastSignature && this.#rounds >= settings.maxRounds)
          return { kind: "failed", reason: this.#setback?.summary ?? "the gates stay red" };
        lastSignature = signature;
        work = null;
        continue;
      }
      const landed = await this.#land(work);
      if ("end" in landed) return landed.end;
      conflicts += 1;
      if (conflicts > settings.maxConflictRounds)
        return { kind: "blocked", reason: this.#setback?.summary ?? "it conflicts with what landed meanwhile" };
      work = null;
    }
  }

  /** Writes the end down everywhere: journal, taskwerk, and what the workspace still holds. */
  async close(end: AttemptEnd): Promise<void> {
    const { journal, tasks } = this.#context;
    await sweep(attemptMark(this.#context, this.#id));
    // What could not be saved stays where it is, and is found there.
    await this.#putAway().catch((error: unknown) => this.#context.onDefect(error));
    const reason = "reason" in end ? end.reason : "decision" in end ? `waits for ${end.decision}` : null;
    await journal.append([{ type: "attempt.ended", attempt: this.#id, stage: STAGE_OF[end.kind], reason }]);
    if (this.#keeper.lost.aborted || end.kind === "landed") return;
    const { token, fence } = this.#keeper.grant;
    // An attempt of the same name may have been there before, in a journal that is gone or in another clone.
    const key = `${this.#id}:end:${fence}`;
    if (end.kind === "waiting") return;
    await unlessGone(async () => {
      if (end.kind === "failed" || end.kind === "blocked" || end.kind === "no-change")
        await this.#keeper.move("blocked", { reason: `conductor: ${reason}` });
      // Whoever takes it next takes it from the beginning.
      else if (this.#keeper.held) await this.#keeper.move("in-progress", { reason: reason ?? end.kind });
      await tasks.release(token, reason ?? end.kind, key);
    });
  }

  /** One conversation, and its work brought out. */
  async #work(): Promise<Step<Work>> {
    const { context, id, task } = { context: this.#context, id: this.#id, task: this.#task };
    const { journal, purse } = context;
    this.#rounds += 1;
    // Work that an earlier attempt left comes back to the first conversation of this one.
    const back = this.#rounds > 1 || this.#setback !== null;
    await this.#stage(back ? "rework" : "preparing", this.#setback?.summary ?? null);
    if (back) await this.#keeper.move("in-progress", { reason: "sent back to the agent" });
    const workspace = await this.#prepare();
    const brief = await attemptBrief(context, {
      task,
      round: this.#rounds,
      branch: workspace.branch,
      setback: this.#setback,
      base: this.#base,
    });
    // Before anything says that an agent was at it: one that is refused has cost nothing.
    const reserved = purse.reserve(id);
    if (reserved.kind === "refused") return { end: { kind: "budget", reason: reserved.reason } };
    await journal.append([
      {
        type: "attempt.prepared",
        attempt: id,
        workspace: workspace.dir,
        branch: workspace.branch,
        base: this.#base,
        briefSha256: brief.sha256,
      },
      { type: "interaction", attempt: id, kind: "assignment", content: brief.text },
      { type: "attempt.stage", attempt: id, stage: "running", reason: null },
    ]);
    this.#lookedAt = false;
    let used: Usage | null = null;
    const talk = await converse(context, {
      attempt: id,
      task: { id: task.id, title: task.title },
      round: this.#rounds,
      workspace,
      brief: brief.text,
      keeper: this.#keeper,
      usdLimit: reserved.usd,
      signal: this.#signal,
      onUsage: (usage) => {
        used = usage;
        return this.#count(usage);
      },
    }).finally(async () => {
      purse.settle(id, used);
      await sweep(attemptMark(context, id));
    });
    if (talk.usage !== null) this.#usage = plus(this.#usage, talk.usage);
    if (talk.kind === "parked") return { end: { kind: "waiting", decision: talk.decision } };
    if (talk.kind === "blocked") return { end: { kind: "blocked", reason: talk.reason } };
    if (!this.#keeper.held) return { end: { kind: "cancelled", reason: "its claim was lost" } };
    if (this.#signal.aborted) return { end: this.#aborted() };
    switch (talk.reason) {
      case "auth":
        return {
          end: { kind: "provider", reason: talk.error ?? "the credential was refused", resetAt: null, fatal: true },
        };
      case "rate_limited":
        return {
          end: { kind: "provider", reason: talk.error ?? "the provider's limit", resetAt: talk.resetAt, fatal: false },
        };
      case "budget":
        return { end: { kind: "budget", reason: talk.error ?? "the next call would exceed the budget" } };
      default:
        return this.#takeOut(workspace, talk.reason, talk.error);
    }
  }

  /** Several conversations of one attempt add up. */
  async #count(conversation: Usage): Promise<void> {
    const usage = plus(this.#usage, conversation);
    await this.#context.journal.append([{ type: "attempt.usage", attempt: this.#id, usage }]);
  }

  async #prepare(): Promise<Workspace> {
    if (this.#workspace) return this.#workspace;
    const { repository, settings, provisions } = this.#context;
    const dir = attemptDir(this.#context, this.#id);
    const branch = branchName(settings.branchPattern, this.#task.id, this.#task.title);
    this.#workspace = await prepareWorkspace({ repository, base: this.#base, branch, dir });
    await provisions.provide(await repository.treeOf(this.#base), this.#workspace.dir, this.#signal);
    return this.#workspace;
  }

  /** Whatever the agent says: this is what it left. */
  async #takeOut(workspace: Workspace, reason: string, error: string | null): Promise<Step<Work>> {
    const { repository, confinement, settings, journal } = this.#context;
    const outcome = await takeWork({
      repository,
      workspace,
      confinement,
      marker: attemptMark(this.#context, this.#id),
      task: this.#task.id,
      n: this.#n,
      autoCommit: settings.autoCommit,
      leftoverMessage: `${this.#task.title}\n\nLeft uncommitted by the agent.`,
      signal: this.#signal,
    });
    await noteKept(this.#context, this.#id, outcome.aside);
    this.#lookedAt = true;
    const how = reason === "done" ? "" : ` (the agent ended with ${reason}${error === null ? "" : `: ${error}`})`;
    switch (outcome.kind) {
      case "work":
      case "wrong-branch": {
        const { commit, tree, ref } = outcome;
        this.#kept = commit;
        await journal.append([{ type: "attempt.bundled", attempt: this.#id, commit, tree, ref }]);
        this.#context.failpoint("after-bundle");
        return { go: { commit, tree, ref } };
      }
      case "no-commit":
        if (outcome.leftovers || reason !== "done") return this.#again(`nothing was committed${how}`, []);
        return { end: { kind: "no-change", reason: `the agent changed nothing${how}` } };
      case "rewritten":
        return this.#again(`the history before its branch was rewritten; the work is kept in ${outcome.ref}`, []);
      case "refused":
        return this.#again(`its work could not be taken: ${outcome.reason}`, []);
      default: {
        const unknown: never = outcome;
        throw new Error(`unknown outcome ${JSON.stringify(unknown)}`);
      }
    }
  }

  /** Another conversation, if there is one left. */
  async #again(summary: string, receipts: readonly Receipt[]): Promise<Step<Work>> {
    this.#setback = { summary, receipts, signature: failureSignature(receipts) };
    if (this.#rounds >= this.#context.settings.maxRounds) return { end: { kind: "failed", reason: summary } };
    return this.#work();
  }

  /** Policy and gates on the agent's own branch. */
  async #prove(work: Work): Promise<Step<"land" | "rework">> {
    const { repository } = this.#context;
    await this.#stage("gating", null);
    await this.#keeper.move("review", { reason: "gates are running" });
    const { policy } = this.#context.settings;
    const commands = (await this.#context.gateSets(this.#base)).gates.map(({ run }) => run);
    const { change, added } = await gatherChange(repository, {
      base: this.#base,
      work: work.commit,
      secrets: this.#context.secrets,
      commands,
    });
    this.#change = change;
    const leaving = change.paths.some(({ newMode }) => newMode === "120000")
      ? await repository.leavingLinks(work.tree)
      : [];
    if (leaving.length > 0) {
      // No gate could judge it: such a tree is never written out.
      return this.#backWith(`symbolic links that lead out of the repository: ${leaving.slice(0, 5).join(", ")}`);
    }
    const allowed = await this.#allowed(decide({ kind: "judge", change }, policy), work);
    if ("end" in allowed) return allowed;
    if (allowed.go === "rework") return { go: "rework" };

    const set = await this.#gates(work.tree, this.#base).catch(unreadable);
    if (typeof set === "string") return this.#backWith(set);
    const unproven = whatIsMissing(set.gates, this.#context.session.options.requireTests);
    if (unproven !== null) return this.#backWith(unproven);
    const changed = change.paths.map(({ path }) => path);
    const { receipts, gates } = await judgeAttempt(this.#context, {
      tree: work.tree,
      set,
      phase: "pre",
      changed,
      changedLines: added,
      attempt: this.#id,
      signal: this.#signal,
    });
    if (this.#signal.aborted) return { end: this.#aborted() };
    if (gates.length === 0 && !set.gates.some((gate) => applies(gate, "merged", changed)))
      return { end: { kind: "blocked", reason: "no gate applies to what it changed, so nothing would prove it" } };
    const baseline = await this.#baseline(this.#base);
    const stuck = notRun(receipts, baseline);
    if (stuck !== null) return { end: { kind: "blocked", reason: stuck } };
    const red = receipts.filter((receipt) => receipt.required && receipt.result !== "pass");
    if (red.length > 0) {
      this.#setback = setbackOf(red);
      return { go: "rework" };
    }
    const names = await this.#names([...baseline, ...receipts]);
    await this.#noteIdleTests(set, { work: work.commit, paths: change.paths, baseline, receipts, names });
    if (this.#signal.aborted) return { end: this.#aborted() };
    return this.#allowed(
      decide({ kind: "land", change: withRatchet(change, ratchet(baseline, receipts, names)) }, policy),
      work,
    );
  }

  /**
   * The gates that judge work begun from `base`: that commit's. Where the work changes gate files, which somebody has agreed
   * to by now, those of `tree`.
   */
  async #gates(tree: string, base: string): Promise<GateSet> {
    const { gateSets } = this.#context;
    const own = await gateSets(base);
    const changes = (this.#change?.gateFiles ?? []).length > 0;
    return knowingRed(changes ? changedSet(own, await gateSets(tree)) : own, await this.#baseline(base));
  }

  /**
   * What the gates say of the tree that the work began from: what has landed since the session's start counts too, so that
   * nobody can take away what another one has just added. The session's start where that tree was never judged.
   */
  async #baseline(base: string): Promise<readonly Receipt[]> {
    const { repository, session, journal } = this.#context;
    const known = [...(await journal.state()).receipts.values()];
    const of = async (commit: string): Promise<readonly Receipt[]> => {
      const tree = await repository.treeOf(commit);
      const judged = known.filter((one) => one.tree === tree && (one.result === "pass" || one.counts !== null));
      return newestByGate(judged);
    };
    const own = await of(base);
    return own.length > 0 ? own : of(session.startCommit);
  }

  /** Tests by name, of the receipts where they are known. */
  async #names(receipts: readonly Receipt[]): Promise<(receipt: Receipt) => TestNames | null> {
    const names = new Map<string, TestNames>();
    for (const { id, tests } of receipts) {
      const kept = tests === undefined ? null : await namesKept(tests);
      if (kept !== null) names.set(id, kept);
    }
    return ({ id }) => names.get(id) ?? null;
  }

  /** Writes down which new tests prove nothing. That blocks nothing. */
  async #noteIdleTests(
    set: GateSet,
    wish: Pick<IdleWish, "work" | "paths" | "baseline" | "receipts" | "names">,
  ): Promise<void> {
    const { repository, journal } = this.#context;
    const found = await idleTests({
      ...wish,
      repository,
      base: this.#base,
      tryGate: async (gate, tree, changed) => {
        const { receipts } = await tryTree(this.#context, {
          tree,
          set: { ...set, gates: set.gates.filter(({ id }) => id === gate) },
          phase: "pre",
          changed,
          attempt: this.#id,
          signal: this.#signal,
        });
        const tests = receipts[0]?.tests;
        return tests === undefined ? null : namesKept(tests);
      },
    });
    await journal.append(found.map((idle) => ({ type: "tests.idle", attempt: this.#id, ...idle }) as const));
  }

  /** The agent gets it back, with what no gate said. */
  #backWith(summary: string): Step<"rework"> {
    this.#setback = { summary, receipts: [], signature: summary };
    return { go: "rework" };
  }

  /** Asks where policy wants people asked; approvals count for this tree only. */
  async #allowed(verdict: Verdict, work: Work): Promise<Step<"land" | "rework">> {
    if (verdict.kind === "allow") return { go: "land" };
    if (verdict.kind === "deny") return { end: { kind: "blocked", reason: verdict.reason } };
    const context = this.#context;
    const { journal } = context;
    const said = approvalFor((await journal.state()).decisions.values(), {
      task: this.#task.id,
      tree: work.tree,
      evidence: verdict.evidence,
    });
    const card =
      said.kind === "approved" || said.kind === "rejected"
        ? said.decision
        : await askPeople(context, {
            kind: "approval",
            task: this.#task.id,
            attempt: this.#id,
            text: verdict.reason,
            options: [],
            recommended: null,
            reversible: true,
            evidence: verdict.evidence,
            tree: work.tree,
            base: this.#base,
          });
    let decision = card;
    if (card.state === "open") {
      await this.#stage("waiting-approval", card.id);
      await this.#keeper.suspend(`waits for ${card.id}: ${verdict.reason}`);
      context.slots.give();
      const answer = await waitForAnswer(context, card.id, this.#signal);
      await context.slots.take(new AbortController().signal);
      if (answer.kind === "parked") return { end: { kind: "waiting", decision: card.id } };
      decision = answer.decision;
      if (!(await this.#keeper.regain())) return { end: { kind: "cancelled", reason: "its claim was lost" } };
    }
    if (decision.state === "approved") return { go: "land" };
    if (decision.state === "rejected") {
      this.#setback = {
        summary: `${decision.id} was rejected: ${decision.answer ?? "no reason given"}`,
        receipts: [],
        signature: "",
      };
      return { go: "rework" };
    }
    return { end: { kind: "blocked", reason: `${decision.id} is ${decision.state}` } };
  }

  /** `go`: it conflicted or was red on the tip, and the agent gets it back. */
  async #land(work: Work): Promise<Step<"rework">> {
    const { repository, session, journal, landingQueue } = this.#context;
    await this.#stage("queued", null);
    const assumed = [...(await journal.state()).decisions.values()]
      .filter((one) => one.task === this.#task.id && one.state === "expired" && one.onExpiry === "safe-default")
      .map((one) => `${one.text} ${one.recommended ?? ""}`);
    return landingQueue.add(async () => {
      if (this.#signal.aborted) return { end: this.#aborted() };
      await this.#stage("landing", null);
      if (await this.#judgedOtherwise()) return this.#backToTip();
      const outcome = await land({
        repository,
        ref: session.integration,
        work,
        base: this.#base,
        judge: async (tree) => {
          const tip = await tipOf(this.#context);
          const changed = await repository.changedPaths(tip, work.commit);
          const set = await this.#gates(tree, tip);
          const judged = await judgeAttempt(this.#context, {
            tree,
            set,
            phase: "merged",
            changed: changed.map(({ path }) => path),
            changedLines: await addedBetween(repository, tip, tree),
            attempt: this.#id,
            signal: this.#signal,
          });
          return { ...judged, unproven: whatIsMissing(set.gates, session.options.requireTests) };
        },
        message: (receipts) =>
          landingMessage({
            assumed,
            coAuthor: this.#context.settings.coAuthor,
            task: this.#task.id,
            title: this.#task.title,
            type: this.#task.type,
            session: session.id,
            requirements: planOf(this.#task)?.requirements ?? [],
            receipts,
          }),
        intend: async (plan) => {
          await journal.append([{ type: "landing.intended", attempt: this.#id, ...plan }]);
        },
      });
      // Gates that were ended say nothing of the work.
      if (outcome.kind !== "landed" && this.#signal.aborted) return { end: this.#aborted() };
      switch (outcome.kind) {
        case "landed": {
          const { commit, tree } = outcome;
          this.#context.failpoint("after-update-ref");
          const receipts = outcome.receipts.map(({ id }) => id);
          await journal.append([
            { type: "landing.landed", attempt: this.#id, ref: session.integration, commit, tree, receipts },
          ]);
          this.#context.failpoint("before-done");
          await this.#closeTask({ commit, tree, receipts: receipts.join(" ") });
          return { end: { kind: "landed" } };
        }
        case "no-change":
          return { end: { kind: "no-change", reason: "what it changed is there already" } };
        case "conflict":
          this.#setback = await conflictSetback(repository, await journal.state(), {
            ref: session.integration,
            base: this.#base,
            work: work.commit,
            paths: outcome.paths,
          });
          await this.#startOver();
          return { go: "rework" };
        case "red":
          this.#setback = setbackOf(outcome.receipts.filter(({ required, result }) => required && result !== "pass"));
          await this.#startOver();
          return { go: "rework" };
        case "refused":
          return { end: { kind: "blocked", reason: outcome.reason } };
        case "stale":
          return { end: { kind: "blocked", reason: "the integration branch kept moving under every try" } };
        default: {
          const unknown: never = outcome;
          throw new Error(`unknown landing ${JSON.stringify(unknown)}`);
        }
      }
    });
  }

  /** Tells taskwerk that it is done. It has landed, whoever has the task by now. */
  async #closeTask(evidence: Readonly<Record<string, unknown>>): Promise<void> {
    const { journal, tasks } = this.#context;
    const done = { reason: "landed", evidence };
    const closed =
      (await unlessGone(() => this.#keeper.move("done", done))) ||
      // The claim may have run out while nobody else wanted the task.
      (await unlessGone(() =>
        tasks.move(this.#task.id, "done", done, `${this.#id}:done:${this.#keeper.grant.fence}:unclaimed`),
      ));
    if (closed) await journal.append([{ type: "task.closed", attempt: this.#id, task: this.#task.id }]);
  }

  /** Somebody has agreed to other gates, but what would judge now are these and those that landed meanwhile. */
  async #judgedOtherwise(): Promise<boolean> {
    if ((this.#change?.gateFiles ?? []).length === 0) return false;
    const { gateSets } = this.#context;
    const [then, now] = await Promise.all([gateSets(this.#base), gateSets(await tipOf(this.#context))]);
    return !isDeepStrictEqual(then.gateFiles, now.gateFiles);
  }

  async #backToTip(): Promise<Step<"rework">> {
    this.#setback = {
      summary: "it changes how work is judged, and so does what landed meanwhile: bring it in again on top of that",
      receipts: [],
      signature: "",
    };
    await this.#startOver();
    return { go: "rework" };
  }

  #aborted(): AttemptEnd {
    return this.#keeper.lost.aborted
      ? { kind: "cancelled", reason: "its claim was lost" }
      : { kind: "stopped", reason: "stopped" };
  }

  /** A new clone from the tip for the next conversation; what the old one holds is kept. */
  async #startOver(): Promise<void> {
    await this.#putAway();
    this.#workspace = null;
    this.#kept = null;
    this.#base = await tipOf(this.#context);
  }

  async #putAway(): Promise<void> {
    if (this.#workspace === null) return;
    const { repository } = this.#context;
    const workspace = this.#workspace;
    if (this.#lookedAt && this.#kept !== null) {
      const removal = await removeWorkspace({ repository, workspace, kept: this.#kept });
      if (removal.kind === "removed") return;
    }
    await saveAndRemove(this.#context, { id: this.#id, task: this.#task.id, n: this.#n }, workspace, this.#kept);
  }

  async #stage(stage: Stage, reason: string | null): Promise<void> {
    await this.#context.journal.append([{ type: "attempt.stage", attempt: this.#id, stage, reason }]);
  }
}

const STAGE_OF: Readonly<Record<AttemptEnd["kind"], Stage>> = {
  landed: "landed",
  failed: "failed",
  blocked: "blocked",
  "no-change": "no-change",
  cancelled: "cancelled",
  stopped: "interrupted",
  waiting: "interrupted",
  provider: "interrupted",
  budget: "interrupted",
};

/** Gates that cannot be read are the agent's to mend; it has changed them. Throws everything else. */
function unreadable(error: unknown): string {
  if (isWerkError(error) && error.code === "CONFIG_INVALID")
    return `what it makes of the gates cannot be read: ${error.message}${error.hint ? ` ${error.hint}` : ""}`;
  throw error;
}

/** Why the gates, whatever they say, would prove nothing; an agent can mend that. */
function whatIsMissing(gates: readonly Gate[], requireTests: boolean): string | null {
  const cure = 'Add a "test" script to package.json, with tests';
  if (!gates.some(({ required }) => required))
    return `nothing here would prove the work: there is no gate yet, and it brings none. ${cure}`;
  if (requireTests && !gates.some(({ kind }) => kind === "test"))
    return `tests are required, and it brings no test gate. ${cure}`;
  return null;
}

/** A required gate that could not be run, nor on the base: no agent can install what is missing, and trying costs. */
function notRun(receipts: readonly Receipt[], baseline: readonly Receipt[]): string | null {
  const ranBefore = new Set(baseline.map(({ gate }) => gate));
  const stuck = receipts.filter(
    ({ required, result, gate }) => required && result === "not-run" && !ranBefore.has(gate),
  );
  if (stuck.length === 0) return null;
  return stuck.map(({ gate, reason }) => `${gate} was not run: ${reason ?? "nothing was measured"}`).join("; ");
}

function setbackOf(red: readonly Receipt[]): Setback {
  const words = red.map((receipt) => `${receipt.gate}: ${receipt.reason ?? receipt.result}`);
  return { summary: words.join("; "), receipts: red, signature: failureSignature(red) };
}

function newAttempt(from: {
  readonly id: string;
  readonly session: string;
  readonly task: Task;
  readonly n: number;
  readonly fence: number;
  readonly agent: string;
  readonly base: string;
  readonly at: string;
}): Attempt {
  return {
    id: from.id,
    session: from.session,
    task: from.task.id,
    title: from.task.title,
    n: from.n,
    fence: from.fence,
    agent: from.agent,
    stage: "claimed",
    base: from.base,
    workspace: null,
    branch: null,
    process: null,
    startedAt: from.at,
    endedAt: null,
    end: null,
    work: null,
    landed: null,
    reason: null,
    usage: null,
    gateRounds: 0,
    reds: 0,
    loops: 0,
  };
}
