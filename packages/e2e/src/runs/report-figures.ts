/** What a report says of a run in figures, counted once more from the exported events, the lists beside them, and git. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { dataOf, type Project } from "./project.ts";

/** An event as `events --export` writes it. */
export interface ExportedEvent {
  readonly seq: number;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever an export holds is looked at as it is
  readonly fact: any;
}

/** Everything that is in the journal by now, as the exported file has it. */
export async function exportedEvents({
  conductor,
  rig,
}: Pick<Project, "conductor" | "rig">): Promise<readonly ExportedEvent[]> {
  const ran = await conductor("events", "--export", "log.ndjson", "--json");
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  const [, ...lines] = readFileSync(join(rig.dir, "log.ndjson"), "utf8").trim().split("\n");
  return lines.map((line) => {
    const { seq, fact } = JSON.parse(line);
    return { seq, type: fact.type, fact };
  });
}

// biome-ignore lint/suspicious/noExplicitAny: a receipt of an export is looked at as it is
type Receipt = any;

interface Names {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
const named = (count: number): string => (count === 0 ? "none" : String(count));
const oneOrMore = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
const percent = (part: number, of: number): string => `${(Math.floor((part * 1000) / of) / 10).toFixed(1)}%`;

/** Lines of the difference, as the user's own git counts them. */
function sizeOf(git: Project["git"], from: string, to: string) {
  const files = git("diff", "--numstat", from, to)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t"));
  const lines = files.filter(([added]) => added !== "-");
  return {
    commits: Number(git("rev-list", "--count", `${from}..${to}`)),
    files: files.length,
    added: total(lines.map(([added]) => Number(added))),
    removed: total(lines.map(([, removed]) => Number(removed))),
    binaries: files.length - lines.length,
  };
}

/** The receipts of the base, and of the commit that landed last, each by its gate. */
function receiptsIn(events: readonly ExportedEvent[], landings: readonly ExportedEvent[]) {
  const all = new Map<string, Receipt>();
  const base = new Map<string, Receipt>();
  for (const { type, fact } of events) {
    if (type !== "gate.judged") continue;
    all.set(fact.receipt.id, fact.receipt);
    if (fact.receipt.phase === "baseline") base.set(fact.receipt.gate, fact.receipt);
  }
  const of = (landing: ExportedEvent): readonly Receipt[] => landing.fact.receipts.map((id: string) => all.get(id));
  return { base: [...base.values()], last: of(landings.at(-1)!), landed: landings.flatMap(of) };
}

const namesOf = ({ tests }: Receipt): Names | null =>
  tests === undefined ? null : JSON.parse(gunzipSync(readFileSync(tests.path)).toString("utf8"));

/** Names that ran on the base and that the newest tree has not, or skips; null where a gate names none. */
function lostIn(base: readonly Receipt[], last: readonly Receipt[]) {
  const ran = base.filter(({ kind }) => kind === "test");
  const lost = { removed: [] as string[], skipped: [] as string[] };
  for (const before of ran) {
    const after = last.find(({ gate }) => gate === before.gate);
    const [old, young] = [namesOf(before), after === undefined ? null : namesOf(after)];
    if (old === null || young === null) return null;
    for (const name of [...old.passed, ...old.failed].sort())
      if (young.skipped.includes(name)) lost.skipped.push(name);
      else if (![...young.passed, ...young.failed].includes(name)) lost.removed.push(name);
  }
  return ran.length === 0 ? null : lost;
}

/** Whether every gate that ran tests on the base counted them on the newest tree as well. */
const ranAgain = (base: readonly Receipt[], last: readonly Receipt[]): boolean =>
  base
    .filter(({ kind }) => kind === "test")
    .every((one) => last.some(({ gate, counts }) => gate === one.gate && (counts !== null || one.counts === null)));

/** What was found of the new tests of what landed, in its last round of gates. */
function triedIn(events: readonly ExportedEvent[], landings: readonly ExportedEvent[]) {
  return landings.flatMap(({ seq, fact: { attempt } }) => {
    const mine = events.filter((one) => one.seq < seq && one.fact.attempt === attempt);
    const round = mine.findLastIndex(({ type, fact }) => type === "attempt.stage" && fact.stage === "gating");
    const tried = mine.slice(round).filter(({ type }) => type === "tests.idle");
    if (tried.length === 0) return [];
    return [{ of: total(tried.map(({ fact }) => fact.of)), idle: total(tried.map(({ fact }) => fact.idle)) }];
  });
}

/**
 * Expects of the report of a run that landed something and took nothing back that its text, its Markdown and its JSON say what is
 * counted here, and that they say nothing of what nobody measured. `weakened`: what the story has done to tests of the base.
 */
export async function expectFigures(
  { conductor, git }: Pick<Project, "conductor" | "git">,
  events: readonly ExportedEvent[],
  weakened: readonly string[] = [],
): Promise<void> {
  const landings = events.filter(({ type }) => type === "landing.landed");
  const from = events.find(({ type }) => type === "session.started")!.fact.session.startCommit;
  const to = git("rev-parse", "conductor/main");
  const { base, last, landed } = receiptsIn(events, landings);
  const size = sizeOf(git, from, to);
  const lost = lostIn(base, last);
  const tried = triedIn(events, landings);
  const counts = landed.flatMap(({ changedLines }) => changedLines ?? []);
  const changed = { total: total(counts.map((one) => one.total)), covered: total(counts.map((one) => one.covered)) };

  const data = dataOf<ReportFigures>(await conductor("report", "--json"));
  expect(data.git.change).toEqual({ from, to, ...size });
  expect(data.coverage.changedLines).toEqual(counts.length === 0 ? null : changed);
  expect(data.tests).toMatchObject({ removed: lost?.removed ?? null, skipped: lost?.skipped ?? null, weakened });
  const found = data.tasks.flatMap(({ landed: is, newTests }) => (is === null || newTests === null ? [] : [newTests]));
  expect(found).toEqual(tried);

  const ran = ranAgain(base, last) ? last.filter(({ kind, counts: some }) => kind === "test" && some !== null) : [];
  const asleep = total(ran.map(({ counts: some }) => some.skipped));
  const beside = asleep === 0 || lost === null ? "" : ` (${named(lost.skipped.length)} of them ran before)`;
  const [of, idle] = [total(tried.map((one) => one.of)), total(tried.map((one) => one.idle))];
  const sentences = [
    `${oneOrMore(size.commits, "commit")}, +${size.added} -${size.removed}${size.binaries === 0 ? "" : `, ${oneOrMore(size.binaries, "binary file")}`}`,
    ...(ran.length === 0
      ? []
      : [
          [
            ...(lost === null ? [] : [`${named(lost.removed.length)} removed`]),
            `${named(asleep)} skipped${beside}`,
            weakened.length === 0 ? "none weakened" : oneOrMore(weakened.length, "weakening"),
          ].join(", "),
        ]),
    ...[...(lost?.removed ?? []), ...(lost?.skipped ?? []), ...weakened].slice(0, 5),
    ...(tried.length === 0
      ? []
      : [
          `${of - idle} of ${of} in ${oneOrMore(tried.length, "task")} fail on the old code${idle === 0 ? "" : `, ${idle} ${idle === 1 ? "does" : "do"} not`}`,
        ]),
    ...(counts.length === 0
      ? []
      : [`, changed lines ${percent(changed.covered, changed.total)} (${changed.covered} of ${changed.total})`]),
  ];
  const texts = [
    (await conductor("report")).stdout.replace(/\s+/g, " "),
    (await conductor("report", "--format", "md")).stdout.replace(/\\/g, "").replace(/\s+/g, " "),
  ];
  for (const text of texts) {
    for (const sentence of sentences) expect(text).toContain(sentence);
    if (ran.length === 0) expect(text).not.toContain(" skipped");
    if (tried.length === 0) expect(text).not.toContain("on the old code");
    if (counts.length === 0) expect(text).not.toContain("changed lines");
  }
}

interface ReportFigures {
  readonly git: { readonly change: unknown };
  readonly coverage: { readonly changedLines: unknown };
  readonly tests: unknown;
  readonly tasks: readonly {
    readonly landed: unknown;
    readonly newTests: { readonly of: number; readonly idle: number } | null;
  }[];
}
