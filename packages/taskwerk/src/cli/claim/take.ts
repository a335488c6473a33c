import type { ClaimTask } from "@taskwerk/contract/claim";
import { WerkError } from "@taskwerk/contract/errors";
import { secondsOf } from "@taskwerk/terminal/command/length-of-time";
import type { App } from "../app.ts";
import { queryOf, termsBeforeFlags } from "../query-words.ts";
import { taskIdsOrBranch } from "../task-ids.ts";
import { collectList, type Verb, wordsOf } from "../verb.ts";
import { claimView } from "./claim-view.ts";

interface ClaimFlags {
  readonly next?: boolean;
  readonly as?: string;
  readonly lease?: string;
  readonly tag?: readonly string[];
  readonly skipFileConflicts?: boolean;
}

/** `claim ID`, or `claim --next [tag:x]`: exactly one claimer gets a task. Exit 10 when nothing is ready. */
export const claimVerb: Verb<ClaimFlags> = {
  beforeFlags: termsBeforeFlags,
  build: (command) =>
    command
      .argument("[id-or-query...]", "a task, or with --next a query: tag:api priority:high..")
      .option("--next", "the most urgent one that is ready")
      .option("--as <who>", "who claims it (default: the actor)")
      .option("--lease <time>", "how long without a heartbeat (15m)")
      .option("-t, --tag <tag>", "with --next: only with all of these tags", collectList)
      .option("--skip-file-conflicts", "with --next: none whose files somebody works on"),
  async run(app, [argument], flags) {
    const words = wordsOf(argument);
    const lease = flags.lease ?? (await app.config())["claim.lease"];
    const input: ClaimTask = {
      ...(flags.next ? nextOf(words, flags) : { id: await idOf(app, words, flags) }),
      as: flags.as ?? (await app.actor()),
      ...(lease === undefined ? {} : { lease_s: secondsOf(String(lease), "--lease") }),
    };
    await app.perform("claim.take", input, claimView("claimed"));
  },
};

const NEXT = "The most urgent one:  taskwerk claim --next";

async function idOf(app: App, words: readonly string[], { tag, skipFileConflicts }: ClaimFlags): Promise<string> {
  const [id, ...more] = words;
  if (more.length === 0 && !tag && !skipFileConflicts) {
    const [meant] = await taskIdsOrBranch(app, id === undefined ? [] : [id], NEXT);
    return meant!;
  }
  throw new WerkError("USAGE", "claim takes one task.", {
    hint: NEXT,
    field: "id",
  });
}

function nextOf(words: readonly string[], { tag, skipFileConflicts }: ClaimFlags): Partial<ClaimTask> {
  const query = queryOf(words);
  return {
    ...(tag ? { tag: [...tag] } : {}),
    ...(query === undefined ? {} : { query }),
    ...(skipFileConflicts ? { skip_file_conflicts: true } : {}),
  };
}
