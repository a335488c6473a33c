import { counted } from "../../model/counted.ts";
import { lastActive } from "../../model/state.ts";
import { type Kept, keptOf } from "../../report/assumptions.ts";
import { hanging } from "../../report/layout.ts";
import { planOf, tasksOf } from "../facts.ts";
import { layoutOf, linesView } from "../lines-view.ts";
import { type Verb, wordOf } from "../verb.ts";

interface Ledger {
  readonly session: string | null;
  readonly entries: readonly Kept[];
  /** What the plan takes for granted. */
  readonly plan: readonly string[];
}

/** `report assumptions [SESSION]`: what was taken for granted; `--all`: also what people answered, in every run. */
export const reportAssumptionsVerb: Verb<{ readonly all?: boolean }> = {
  build: (command) =>
    command
      .argument("[session]", "default the one that was last at work")
      .option("--all", "also what people answered, and of every run"),
  async run(app, [named], { all = false }) {
    const state = await (await app.journal()).state();
    const session = all && wordOf(named) === "" ? undefined : wordOf(named) || lastActive(state)?.id;
    const entries = keptOf(state.decisions.values(), {
      assumed: !all,
      ...(session !== undefined && { session }),
    });
    const tasks = await tasksOf(app);
    const plan = tasks === null ? null : await planOf(app, tasks);
    app.show<Ledger>(
      "report.assumptions",
      { session: session ?? null, entries, plan: plan?.assumptions ?? [] },
      linesView((data, output) => ledgerLines(data, layoutOf(output).width, all), {
        items: (data) => data.entries.map((one) => ({ ...one })),
        fields: ["id", "holds", "question"],
        known: ["id", "question", "decision", "holds", "assumed", "by", "reversible", "tasks", "session"],
      }),
    );
    return undefined;
  },
};

function ledgerLines({ session, entries, plan }: Ledger, width: number, all: boolean): readonly string[] {
  const of = session === null ? "" : ` in ${session}`;
  const planned =
    plan.length === 0
      ? []
      : [
          `${counted(plan.length, "thing is", "things are")} taken for granted by the plan:`,
          ...plan.flatMap((text) => hanging("  - ", text, width)),
        ];
  if (entries.length === 0)
    return [`Nothing was ${all ? "decided" : "assumed"}${of}.`, ...(planned.length === 0 ? [] : ["", ...planned])];
  const fixed = entries.filter(({ reversible }) => !reversible).length;
  const can = fixed === 0 ? "all can be changed later" : `${fixed} cannot be changed later`;
  const what = all
    ? counted(entries.length, "thing was decided", "things were decided")
    : counted(entries.length, "thing was assumed", "things were assumed");
  return [
    `${what}${of}; ${can}.`,
    ...entries.flatMap((one) => [
      "",
      ...hanging(`${one.id}  `, one.question, width),
      ...hanging(
        "    ",
        one.assumed ? `[ASSUMED] ${one.holds ?? "unknown"}` : `${one.holds ?? "unknown"}   (${one.by ?? "somebody"})`,
        width,
      ),
      ...hanging(
        "    ",
        `${one.reversible ? "Can" : "Cannot"} be changed later. Goes by it: ${one.tasks.join(", ")}   asked as ${one.decision}`,
        width,
      ),
    ]),
    ...(planned.length === 0 ? [] : ["", ...planned]),
    "",
    `Say otherwise   conductor answer ${entries[0]!.id} "..."`,
  ];
}
