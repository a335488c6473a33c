import { dim, green, red } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { hanging } from "../../report/layout.ts";
import { duration } from "../../report/times.ts";
import { layoutOf } from "../lines-view.ts";
import type { Checked } from "./check-rehearsal.ts";
import { type Showed, showedInWords } from "./showed.ts";

/** What a rehearsal came to. */
export interface Rehearsed {
  readonly scenario: string;
  /** As it was named on the command line. */
  readonly named: string;
  readonly seed: number;
  /** null = an example project was used. */
  readonly repository: { readonly root: string; readonly commit: string; readonly changed: number } | null;
  readonly session: string;
  readonly sandbox: string;
  readonly showed: Showed;
  /** Where conductor was killed. */
  readonly kills: readonly { readonly event: number; readonly side: "before" | "after" }[];
  /** What must hold whatever happened. */
  readonly checks: readonly Checked[];
  /** What came out otherwise than the scenario expects. */
  readonly unexpected: readonly string[];
  /** How the run itself ended. */
  readonly run: { readonly exit: number; readonly text: string };
  /** Where the clone is, when it was kept. */
  readonly kept: string | null;
  readonly exit: number;
}

const MOST_REFUSALS = 6;

/** First whether it went as it should, then what it showed, what was checked, and how to doubt it. */
export const REHEARSAL: View<Rehearsed> = {
  fields: ["scenario", "seed", "exit"],
  known: [
    "scenario",
    "seed",
    "repository",
    "session",
    "sandbox",
    "showed",
    "kills",
    "checks",
    "unexpected",
    "run",
    "kept",
    "exit",
  ],
  items: (data) => [{ ...data, id: data.session }],
  piped: "screen",
  screen(output, { data }) {
    const { showed, checks, unexpected, kept, named, seed } = data;
    const { width } = layoutOf(output);
    const say = (first: string, text: string): void => {
      for (const line of hanging(first, text, width)) output.line(line);
    };
    const as = unexpected.length === 0 ? "as the scenario expects." : "not as the scenario expects:";
    const first = `${showed.landed} of ${showed.tasks} landed in ${duration(showed.seconds * 1000)}, ${as}`;
    output.line();
    output.line(unexpected.length === 0 ? green(first) : red(first));
    for (const one of unexpected) say("  ", one);
    const words = showedInWords(showed);
    if (words.length > 0) output.line("SHOWED");
    for (const line of words) say("  ", line);
    for (const { task, why } of showed.refusals.slice(0, MOST_REFUSALS)) say(`    ${task}  `, why);
    if (showed.refusals.length > MOST_REFUSALS)
      output.line(`    and ${showed.refusals.length - MOST_REFUSALS} more: --json`);
    output.line("CHECKED");
    for (const { ok, what } of checks) say(ok ? "  ok      " : "  BROKEN  ", what);
    if (data.sandbox !== "full") output.line("There is no sandbox here: the scripted agents ran with your own rights.");
    output.line();
    if (kept === null) {
      output.line("Nothing of it is left. The same again, to look at:");
      output.line(`  conductor rehearse ${named} --seed ${seed} --keep`);
      return;
    }
    output.line("Do not take our word for it:");
    output.line(`  cd ${kept} && . ../env`);
    const look = (command: string, what: string): void => output.line(`  ${command.padEnd(38)}  `, dim(what));
    look("conductor report", "what landed, and each receipt");
    look("conductor audit work", "that nothing was lost");
    look("git log --oneline conductor/main", "the commits themselves");
    output.line(`  rm -r ${kept.slice(0, kept.lastIndexOf("/"))}`);
  },
};
