/** One task's story, from its claim to its landed commit or to the reason why there is none. Only this file knows the order. */
import { isWerkError } from "@taskwerk/contract/errors";
import type { Claimed } from "../tasks/tasks.ts";
import { AttemptClone } from "./attempt-clone.ts";
import { type AttemptEnd, endOfError } from "./attempt-end.ts";
import { beginAttempt } from "./begin-attempt.ts";
import { circleBefore, circleBetween, leaveCircle } from "./circles.ts";
import { keepClaim } from "./claim-keeper.ts";
import { type AttemptContext, claimerOf } from "./context.ts";
import { endAttempt } from "./end-attempt.ts";
import { landWork } from "./land-work.ts";
import { proveWork } from "./prove-work.ts";
import type { Setback } from "./setback.ts";
import { endOfAbort, type Story } from "./story.ts";
import type { Adopted, Work } from "./work.ts";
import { workRound } from "./work-round.ts";

/** Tells the whole story. The task is claimed already, and holds a place for its agent, which is another's while gates judge. */
export async function runAttempt(
  context: AttemptContext,
  claimed: Claimed,
  adopted: Adopted | null,
): Promise<AttemptEnd> {
  const attempt = await beginAttempt(context, claimed, adopted);
  context.failpoint("after-claim");
  const { id, n } = attempt;
  const keeper = keepClaim({
    tasks: context.tasks,
    task: attempt.task,
    attempt: id,
    as: claimerOf(context, attempt.session),
    leaseSeconds: context.settings.leaseSeconds,
    grant: claimed.grant,
    onRegain: async ({ token, fence }) => {
      await context.journal.append([{ type: "attempt.claimed", attempt: id, token, fence }]);
    },
  });
  const signal = AbortSignal.any([context.stop, context.aside, keeper.lost]);
  const clone = new AttemptClone(context, attempt, signal);
  const story: Story = { context, task: claimed.task, id, n, keeper, clone, signal };
  try {
    // A git that a stop has ended, e.g. one that signs and so listens to the terminal's Ctrl-C, is no fault of the task.
    const told = await tell(story, adopted).catch((error: unknown) =>
      signal.aborted && isWerkError(error) && error.code === "GIT_FAILED"
        ? endOfAbort(story)
        : endOfError(context, error),
    );
    const end = context.aside.aborted && told.kind === "stopped" ? await putAside(context, attempt.task) : told;
    await endAttempt(story, end);
    return end;
  } finally {
    keeper.end();
  }
}

/** Work is made, proven and landed. What does not go through goes back to the agent, as often as the settings allow. */
async function tell(story: Story, adopted: Adopted | null): Promise<AttemptEnd> {
  const { context, id } = story;
  const { maxRounds, maxConflictRounds } = context.settings;
  const before = adopted === null ? await circleBefore(story) : null;
  if (before !== null) return before;
  let work: Work | null = adopted;
  let setback: Setback | null = null;
  let lastSignature = "";
  let rounds = 0;
  let conflicts = 0;
  let unchanged = 0;
  let { agent } = context;
  const treeNow = async () => (await context.journal.state()).attempts.get(id)?.work?.tree ?? null;
  for (;;) {
    if (work === null) {
      if (rounds >= maxRounds) return { kind: "failed", reason: afterTries(rounds, setback) };
      // What rounds before this one show is seen before another is paid for.
      const circle = await circleBetween(story, { agent: agent.id, unchanged, rounds });
      if (circle !== null && "end" in circle) return circle.end;
      if (circle?.replace) agent = context.otherAgent ?? agent;
      if (circle !== null) setback = leaveCircle(setback, circle.evidence);
      rounds += 1;
      const tree = await treeNow();
      const made = await workRound(story, { round: rounds, setback, agent, mayGoOn: rounds < maxRounds });
      if ("end" in made) return made.end;
      if (rounds > 1) unchanged = (await treeNow()) === tree ? unchanged + 1 : 0;
      if ("back" in made) {
        setback = made.back;
        if (made.replace) agent = context.otherAgent ?? agent;
        if (rounds >= maxRounds) return { kind: "failed", reason: setback.summary };
        continue;
      }
      work = made.go;
    }

    const proven = await proveWork(story, work);
    if ("end" in proven) return proven.end;
    work = null;
    if ("back" in proven) {
      setback = proven.back;
      const same = setback.signature !== "" && setback.signature === lastSignature;
      if (same && rounds >= maxRounds) return { kind: "failed", reason: setback.summary };
      lastSignature = setback.signature;
      continue;
    }

    const last = rounds >= maxRounds || conflicts >= maxConflictRounds;
    const landed = await landWork(story, proven.go, last);
    if ("end" in landed) return landed.end;
    setback = landed.back;
    conflicts += 1;
    if (conflicts > maxConflictRounds) return { kind: "blocked", blocker: "conflict", reason: setback.summary };
  }
}

/** A person wants nobody at it for now. */
async function putAside({ journal }: AttemptContext, task: string): Promise<AttemptEnd> {
  const pause = (await journal.state()).paused.get(task);
  const why = pause?.reason ?? null;
  return { kind: "aside", reason: `put aside by ${pause?.by ?? "somebody"}${why === null ? "" : `: ${why}`}` };
}

const afterTries = (rounds: number, setback: Setback | null): string =>
  `${rounds === 1 ? "1 try" : `${rounds} tries`}, and ${setback?.summary ?? "nothing to land"}`;
