import { WerkError } from "@taskwerk/contract/errors";
import { bold, dim, type Part, yellow } from "@taskwerk/terminal/part";
import { branchOf } from "../../model/branch-of.ts";
import { counted } from "../../model/counted.ts";
import { newestByGate } from "../../model/gate.ts";
import type { RunOptions } from "../../model/run.ts";
import { forecastText } from "../../report/forecast-text.ts";
import { wrap } from "../../report/layout.ts";
import { duration, momentAfter } from "../../report/times.ts";
import type { Preflight } from "../../run/preflight.ts";
import { clonesAtOnce } from "../../run/room.ts";
import type { App } from "../app.ts";
import { layoutOf } from "../lines-view.ts";
import { mayTalk, saysYes } from "../may-talk.ts";
import { REPOSITORY_FILE } from "../read-config.ts";
import { limitWords } from "./limit-words.ts";
import type { Outlook } from "./outlook.ts";

const INDENT = " ".repeat(12);

/** What the gates say of the start, in a line. */
function verdictOn({ baseline, redBefore, place }: Preflight): string {
  const counts = baseline.findLast((one) => one.kind === "test")?.counts;
  const coverage = baseline.findLast((one) => one.coverage !== null)?.coverage;
  const more = `${counts ? `, ${counted(counts.total, "test")}${counts.skipped > 0 ? ` (${counts.skipped} skipped)` : ""}` : ""}${coverage ? `, coverage ${coverage.percent}%` : ""}`;
  if (baseline.length === 0) return "none yet: the first task that brings some asks you; until then nothing can land";
  const optional = newestByGate(baseline).some(({ required, result }) => !required && result !== "pass");
  if (redBefore.length === 0)
    return `${optional ? "all that are required pass" : "all pass"} on ${branchOf(place.ref)}${more}`;
  const some = redBefore.slice(0, 3).join(", ");
  return `${redBefore.length} ${redBefore.length === 1 ? "test fails" : "tests fail"} already (${some}), and only others count${more}. Better: fix that first`;
}

/** What a clone gets before anything runs in it, or what it will miss. */
function setupLines({ setup, unprovided }: Preflight): readonly (readonly Part[])[] {
  if (setup !== null)
    return [["  Setup     ", `${setup.command} ${setup.kept ? "(kept)" : `${(setup.durationMs / 1000).toFixed(1)}s`}`]];
  if (unprovided === null) return [];
  return [
    ["  Setup     ", yellow(unprovided.problem)],
    ["            ", `Install it there:  ${unprovided.cure}`],
  ];
}

/** The ignored files that clones get, and those that they would get. */
function includedLines({ included: { paths, refused } }: Preflight): readonly (readonly Part[])[] {
  const lines: (readonly Part[])[] = [];
  if (paths.length > 0) lines.push(["  Copies    ", `${paths.join(", ")} into every clone and checkout`]);
  if (refused.length > 0) {
    lines.push(["            ", yellow(`not ${refused.join(", ")}, which .worktreeinclude names`)]);
    lines.push(["            ", `If it may:  conductor config set setup.include ${[...paths, ...refused].join(",")}`]);
  }
  return lines;
}

/** What agents see of the repository where clones do not copy it. */
function sharingLines({ sharing: { shares, objectsBytes, problem } }: Preflight): readonly (readonly Part[])[] {
  if (problem !== null) return [["            ", `each with a copy of all objects, because ${problem}`]];
  if (!shares) return [];
  return [
    ["            ", `clones read your ${sizeOf(objectsBytes)} of objects in place and cannot write them;`],
    ["            ", "agents can read every commit there, of any branch"],
    ["            ", "If they may not:  conductor config set workspace.share_objects never"],
  ];
}

/** What it takes and costs, as far as that can be told. */
function fitsLines(app: App, { forecast }: Outlook, { until, budgetUsd }: RunOptions): readonly (readonly Part[])[] {
  const { width, zone } = layoutOf(app.output);
  const [first = "", ...more] = forecastText(forecast, { now: app.world.now().toISOString(), zone, until, budgetUsd });
  const plain = wrap(first, width - INDENT.length).map((text, at): readonly Part[] => [
    at === 0 ? "  Fits      " : INDENT,
    text,
  ]);
  return [...plain, ...more.map((text) => [INDENT, yellow(text)])];
}

/** Whether people can be reached. */
const tellsLines = ({ tells }: Outlook, width: number): readonly (readonly Part[])[] =>
  tells.flatMap(({ to, problem }, at) =>
    problem === undefined || problem === null
      ? [[at === 0 ? "  Tells     " : INDENT, problem === null ? `${to}: test message delivered` : to]]
      : doubt(at === 0 ? "  Tells     " : INDENT, `${to}: failed: ${problem}`, width),
  );

/** What somebody should think about before they say yes, in as many lines as it takes. */
const doubt = (first: string, text: string, width: number): readonly (readonly Part[])[] =>
  wrap(text, width - INDENT.length).map((line, at) => [at === 0 ? first : INDENT, yellow(line)]);

/** `3.1 GB`, as people say it. */
function sizeOf(bytes: number): string {
  const [unit, divisor] = bytes >= 1024 ** 3 ? ["GB", 1024 ** 3] : ["MB", 1024 ** 2];
  const count = bytes / divisor;
  return `${count >= 10 ? Math.round(count) : count.toFixed(1)} ${unit}`;
}

/** Everything that could surprise somebody later, on one screen. */
export function showPreflight(app: App, checked: Preflight, options: RunOptions, outlook: Outlook): void {
  if (!mayTalk(app.output)) return;
  const { output } = app;
  const { width, zone } = layoutOf(output);
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)}s`;
  const gates = newestByGate(checked.baseline)
    .map(({ gate, required, durationMs }) => `${gate} ${seconds(durationMs)}${required ? "" : " (not required)"}`)
    .join("  ");
  const spends = limitWords(options).join(" and ");
  const limits = [
    checked.agentInfo.features.usage === "none"
      ? `${spends === "" ? "no limit in money" : `${spends} cannot be held`}: this agent does not say what it uses`
      : spends === ""
        ? "no limit in money"
        : `${spends} in all`,
    ...(options.until === null ? [] : [`until ${momentAfter(options.until, app.world.now().toISOString(), zone)}`]),
    ...(options.maxTasks === null ? [] : [counted(options.maxTasks, "task")]),
    `${counted(outlook.tries, "try", "tries")} and ${duration(outlook.taskMs)} a task`,
  ].join(", ");
  output.line(bold(`A run on ${branchOf(checked.target)}@${checked.place.targetCommit.slice(0, 7)}`));
  for (const [at, line] of wrap(
    `lands on ${branchOf(checked.place.ref)}; ${branchOf(checked.target)} stays where it is, nothing is pushed`,
    width - INDENT.length,
  ).entries())
    output.line(at === 0 ? "  Code      " : INDENT, line);
  output.line("            ", "your own files are neither used nor touched");
  output.line(
    "  Agents    ",
    `${outlook.places} x ${checked.agentInfo.name} ${checked.agentInfo.version}${checked.agentInfo.model === null ? "" : `, ${checked.agentInfo.model}`}`,
  );
  output.line("  Paid by   ", checked.agentInfo.paidBy);
  for (const [at, line] of wrap(limits, width - INDENT.length).entries())
    output.line(at === 0 ? "  Limits    " : INDENT, line);
  output.line(
    "  Sandbox   ",
    checked.sandbox.level === "full"
      ? "full: own clone, no home, no network for commands"
      : yellow(`${checked.sandbox.level}: ${checked.sandbox.problem ?? ""}`),
  );
  for (const line of [...setupLines(checked), ...includedLines(checked)]) output.line(...line);
  const measured = [...wrap(gates, width - INDENT.length), ...wrap(verdictOn(checked), width - INDENT.length)];
  for (const [at, line] of measured.entries()) output.line(at === 0 ? "  Gates     " : INDENT, line);
  const online = checked.gates.filter(({ network }) => network).map(({ id }) => id);
  if (online.length > 0)
    output.line("            ", yellow(`with the network, as your own file says: ${online.join(", ")}`));
  for (const line of fitsLines(app, outlook, options)) output.line(...line);
  const { cloneBytes, withCheckoutBytes, freeBytes } = checked.room;
  const free = freeBytes === null ? "" : `, ${sizeOf(freeBytes)} free`;
  output.line(
    "  Disk      ",
    `${sizeOf(cloneBytes)} a clone, ${sizeOf(withCheckoutBytes * clonesAtOnce(checked.room, outlook.places))} at most with checkouts${free}`,
  );
  for (const line of sharingLines(checked)) output.line(...line);
  output.line(
    "  Asks      ",
    options.auto
      ? "what needs a person waits, the rest goes on; nothing approves itself"
      : "questions and approvals: conductor inbox",
  );
  if (outlook.asksLess.length > 0)
    for (const line of doubt(INDENT, asksLessInWords(outlook.asksLess), width)) output.line(...line);
  for (const line of tellsLines(outlook, width)) output.line(...line);
  if (outlook.sleeps !== null)
    for (const line of doubt("  note      ", `the machine may sleep: ${outlook.sleeps}`, width)) output.line(...line);
  output.line();
}

/** What does not ask, and who says so. */
export const asksLessInWords = (classes: readonly string[]): string =>
  `changes of ${classes.join(", ")} land without asking you: ${REPOSITORY_FILE} says so (safety.require_approval_for)`;

/** One yes, from whoever sits there. Throws CONFIRMATION_REQUIRED. */
export async function askToStart(app: App): Promise<void> {
  if (app.globals.yes) return;
  if (!(await saysYes(app, "Start?")))
    throw new WerkError("CONFIRMATION_REQUIRED", "nothing was started", { hint: "Without the question:  --yes" });
  app.output.line(dim("Ctrl-C stops; everything is kept, and conductor resume goes on."));
}
