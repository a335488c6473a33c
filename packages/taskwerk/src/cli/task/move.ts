import type { Status } from "@taskwerk/contract/status";
import { claimTokenOf } from "../claim-token.ts";
import { taskIds, taskIdsOrBranch } from "../task-ids.ts";
import { collect, type Verb, wordsOf } from "../verb.ts";
import { pairsOf } from "./field-flags.ts";
import { statusWord } from "./status-word.ts";
import { type SayChange, writeView } from "./write-view.ts";

/** The verbs that move a task from one status to another, and where to. */
const TO = {
  start: "in-progress",
  done: "done",
  block: "blocked",
  unblock: "todo",
  review: "review",
  pause: "paused",
  reopen: "todo",
  cancel: "cancelled",
} as const satisfies Record<string, Status>;
type MoveName = keyof typeof TO;

/** Two words lead to `todo`; each only from where the word makes sense. */
const FROM: Partial<Record<MoveName, readonly Status[]>> = { unblock: ["blocked"], reopen: ["done", "cancelled"] };

/** What ends a task is only done to one that was named. */
const NAMED: ReadonlySet<MoveName> = new Set(["cancel"]);
const IDS = "12, TASK-012, 3..7, 1,2,3, @last, - for stdin";

interface MoveFlags {
  readonly reason?: string;
  readonly note?: string;
  readonly evidence?: readonly string[];
  readonly claim?: string;
  readonly cascade?: boolean;
  readonly satisfy?: boolean;
  readonly force?: boolean;
  readonly next?: boolean;
  readonly as?: string;
  readonly lease?: string;
}

/** One of the moves. All ids go, or none. */
export const moveVerb = (name: MoveName): Verb<MoveFlags> => ({
  build: (command) => {
    command
      .argument(
        NAMED.has(name) ? "<ids...>" : "[ids...]",
        NAMED.has(name) ? IDS : `${IDS}; else what the git branch names`,
      )
      .option("--reason <text>", "why")
      .option("--note <text>", "a note with it")
      .option("--evidence <key=value>", "what shows it (repeatable)", collect)
      .option("--claim <token>", "the claim you hold (or TASKWERK_CLAIM)")
      .option("--force", "end somebody else's claim; the log says who did it");
    if (name === "done" || name === "cancel") command.option("--cascade", "its open children too");
    if (name === "done") {
      command
        .option("--next", "claim the most urgent ready task at once")
        .option("--as <who>", "with --next: who claims it (default: the actor)")
        .option("--lease <time>", "with --next: how long without a heartbeat (15m)");
    }
    if (name === "cancel") command.option("--satisfy", "what waits for it may go on");
    return command;
  },
  async run(app, [words], { reason, note, evidence, cascade, satisfy, claim, force, next, as, lease }) {
    const ids = await (NAMED.has(name) ? taskIds : taskIdsOrBranch)(app, wordsOf(words));
    const token = claimTokenOf(app, claim);
    const input = {
      ids,
      to: TO[name],
      ...(FROM[name] ? { from: [...FROM[name]] } : {}),
      ...(reason === undefined ? {} : { reason }),
      ...(note === undefined ? {} : { note: await app.text(note) }),
      ...(evidence ? { evidence: pairsOf(evidence, "--evidence") } : {}),
      ...(token === undefined ? {} : { claim: token }),
      ...(cascade ? { cascade } : {}),
      ...(satisfy ? { satisfy } : {}),
      ...(force ? { force } : {}),
    };
    if (next || as !== undefined || lease !== undefined) {
      const { moveAndClaim } = await import("../claim/done-next.ts");
      await moveAndClaim(app, input, { next, as, lease }, CLOSED);
      return;
    }
    await app.perform("task.transition", input, name === "done" || name === "cancel" ? CLOSED : MOVED);
  },
});

const say: SayChange = (task) => [task.id, "  ", statusWord(task), "  ", task.title];
const MOVED = writeView(say);
const CLOSED = writeView(say, "undo");
