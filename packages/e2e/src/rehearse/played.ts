/** A scenario as a user plays it on a repository of theirs, and what the journal and git of the kept clone say of it. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { dataOf, makeProject, QUICK } from "../runs/project.ts";

export interface Event {
  readonly seq: number;
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Played {
  readonly data: {
    readonly session: string;
    readonly exit: number;
    readonly unexpected: readonly string[];
    readonly checks: readonly { readonly id: string; readonly ok: boolean }[];
    readonly kills: readonly { readonly event: number; readonly side: string }[];
    readonly showed: Readonly<Record<string, unknown>> & { readonly refusals: readonly { readonly why: string }[] };
  };
  readonly events: readonly Event[];
  /** `git` in the clone. */
  readonly git: (...args: readonly string[]) => string;
  /** Tasks of the clone's taskwerk: title to status. */
  readonly tasks: ReadonlyMap<string, string>;
}

/** Plays it with `--keep`, hands everything to `look`, and removes it all. */
export async function played(
  scenario: string,
  seed: number,
  look: (played: Played) => Promise<void> | void,
): Promise<void> {
  const { rig, git } = await makeProject(QUICK, null);
  try {
    const before = git("for-each-ref") + git("status", "--porcelain", "--ignored");
    const ran = await rig.run("conductor", ["rehearse", scenario, "--seed", String(seed), "--keep", "--json"]);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("for-each-ref") + git("status", "--porcelain", "--ignored")).toBe(before);
    const data = dataOf<Played["data"] & { readonly kept: string }>(ran);
    const base = dirname(data.kept);
    try {
      const env = { XDG_CONFIG_HOME: join(base, "config"), XDG_STATE_HOME: join(base, "state") };
      const there = { cwd: data.kept, env };
      const said = await rig.run("conductor", ["events", "--json"], there);
      const listed = await rig.run("taskwerk", ["list", "--all", "--limit", "0", "--json"], there);
      const list = dataOf<readonly { readonly title: string; readonly status: string }[]>(listed);
      await look({
        data,
        events: dataOf<readonly Event[]>(said),
        git: (...args) => execFileSync("git", ["-C", data.kept, ...args], { encoding: "utf8" }).trim(),
        tasks: new Map(list.map(({ title, status }) => [title, status])),
      });
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  } finally {
    await rig.remove();
  }
}

/** Expects that what the journal says has landed is what git has, commit by commit with its tree and trailer, and nothing else. */
export function expectLanded({ events, git, tasks, data }: Played, titles: readonly string[]): void {
  const landed = events.filter(({ type }) => type === "landing.landed");
  const attempts = new Map(
    events.flatMap(({ type, attempt }) =>
      type === "attempt.started"
        ? [[(attempt as { id: string }).id, attempt as { task: string; title: string }] as const]
        : [],
    ),
  );
  const about = landed.map(({ attempt }) => attempts.get(attempt as string)!);
  expect(about.map(({ title }) => title).sort()).toEqual([...titles].sort());
  const commits = git(
    "log",
    "--reverse",
    "--format=%H %T %(trailers:key=Task,valueonly,separator=%x2c)",
    "main..conductor/main",
  );
  expect(commits.split("\n")).toEqual(landed.map(({ commit, tree }, at) => `${commit} ${tree} ${about[at]!.task}`));
  for (const title of titles) expect(tasks.get(title), title).toBe("done");
  expect([...tasks.values()].filter((status) => status === "done")).toHaveLength(titles.length);
  expect(data.showed.landed).toBe(titles.length);
  expect(data.checks.map(({ id, ok }) => [id, ok])).toEqual(
    ["receipts", "kept", "journal", "untouched"].map((id) => [id, true]),
  );
  expect(data.unexpected).toEqual([]);
}
