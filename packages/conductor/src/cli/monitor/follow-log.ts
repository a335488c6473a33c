/** The log of a task for a screen: what the journal says of it, and what its agents say and do, in the order in which it came. */
import { existsSync } from "node:fs";
import type { Log } from "../../report/monitor-session.ts";
import type { LogRow } from "../../report/transcript-words.ts";
import { transcriptPlace } from "../../run/transcript-place.ts";
import type { App } from "../app.ts";
import type { JournalFollower } from "./follow-journal.ts";
import { tailTranscripts } from "./tail-transcripts.ts";

const LOOK_EVERY = 200;
const FIRST_AFTER = 50;
/** Conversations of one attempt that are looked for. */
const MOST_ROUNDS = 50;

/** Calls back with the newest rows as often as there are new ones; answers how to stop that. */
export function followLog(app: App, journal: JournalFollower, task: string, onLog: (log: Log) => void): () => void {
  const tail = tailTranscripts();
  const over = { ended: false };
  let seen = "";
  const look = async (): Promise<void> => {
    await tail.readOn(transcriptsOf(app, journal.state().attemptsByTask.get(task) ?? []));
    const [said, happened] = [tail.rows(), journal.rowsOf(task)];
    const now = `${said.length}/${tail.dropped()}/${happened.length}/${happened.at(-1)?.at}`;
    if (over.ended || now === seen) return;
    seen = now;
    onLog({ rows: inOrder(said, happened), dropped: tail.dropped() });
  };
  void (async () => {
    // Who only passes by reads nothing.
    await new Promise((resolve) => setTimeout(resolve, FIRST_AFTER));
    while (!over.ended) {
      // A file that cannot be read now is read at the next look.
      await look().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  })();
  return () => {
    over.ended = true;
  };
}

/** The files that are there, oldest first. */
const transcriptsOf = (app: App, attempts: readonly string[]): readonly string[] =>
  attempts.flatMap((attempt) => {
    const paths: string[] = [];
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      const path = transcriptPlace(app, attempt, round);
      if (!existsSync(path)) break;
      paths.push(path);
    }
    return paths;
  });

/** Two lists that are in order each, as one. */
function inOrder(a: readonly LogRow[], b: readonly LogRow[]): readonly LogRow[] {
  const rows: LogRow[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [one, other] = [a[i], b[j]];
    if (other === undefined || (one !== undefined && one.at <= other.at)) {
      rows.push(one!);
      i += 1;
    } else {
      rows.push(other);
      j += 1;
    }
  }
  return rows;
}
