import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyState } from "../model/state.ts";
import type { App } from "./app.ts";
import { beginLook, recall, remember } from "./last-look.ts";

const HOUR = 3_600_000;
let root: string;
let journal: string;
let tasks: string;
let kept: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "last-look-"));
  for (const dir of [".conductor", ".taskwerk"]) mkdirSync(join(root, dir));
  journal = join(root, ".conductor/conductor.db");
  tasks = join(root, ".taskwerk/taskwerk.db");
  kept = join(root, ".conductor/last-look.json");
  for (const path of [join(root, "bundle.js"), journal, tasks]) writeFileSync(path, path);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** As a program sees it whose clock is so far ahead of the one that files are stamped with. */
const appAt = (aheadMs: number): App =>
  ({
    root,
    globals: {},
    world: { version: "1.0.0", bundle: join(root, "bundle.js"), env: {}, now: () => new Date(Date.now() + aheadMs) },
  }) as unknown as App;
const app = () => appAt(HOUR);

/** A look during which `meanwhile` happens. */
function look(meanwhile: () => void = () => undefined): void {
  const begun = beginLook(app());
  meanwhile();
  remember(app(), { ...begun, store: join(root, ".taskwerk"), state: emptyState(), tasks: [], plan: null, git: null });
}

describe("what the last look found", () => {
  it("is recalled as long as nothing changes", () => {
    look();
    expect(recall(app(), false)).toMatchObject({ tasks: [], plan: null });
    writeFileSync(tasks, "more");
    expect(recall(app(), false)).toBeNull();
  });

  it("is not kept when something changed meanwhile, however late the clock of the files is", () => {
    look(() => writeFileSync(journal, "more"));
    expect(recall(app(), false)).toBeNull();
  });

  it("is not kept when something changed just before", () => {
    const begun = beginLook(appAt(0));
    remember(appAt(0), {
      ...begun,
      store: join(root, ".taskwerk"),
      state: emptyState(),
      tasks: [],
      plan: null,
      git: null,
    });
    expect(recall(appAt(0), false)).toBeNull();
  });

  it("is not kept of a store that is a link: what it leads to may change unseen", () => {
    renameSync(tasks, join(root, "elsewhere.db"));
    symlinkSync(join(root, "elsewhere.db"), tasks);
    look();
    expect(recall(app(), false)).toBeNull();
  });

  it("is not believed of a file that names none of what it would come from", () => {
    look();
    const files = { [join(root, "README.md")]: "-" };
    const state = {
      ...emptyState(),
      plans: [],
      sessions: [],
      attempts: [],
      attemptsByTask: [],
      receipts: [],
      decisions: [],
    };
    writeFileSync(
      kept,
      JSON.stringify({ v: 4, version: "1.0.0", files, look: { state, tasks: [], plan: null, git: null } }),
    );
    expect(recall(app(), false)).toBeNull();
  });

  it("is not read through a link, which a repository may have brought", () => {
    look();
    renameSync(kept, join(root, "away.json"));
    symlinkSync(join(root, "away.json"), kept);
    expect(recall(app(), false)).toBeNull();
  });

  it("takes the place of what else is there", () => {
    symlinkSync(join(root, "victim"), kept);
    writeFileSync(join(root, "victim"), "untouched");
    utimesSync(join(root, "victim"), 1, 1);
    look();
    expect(recall(app(), false)).not.toBeNull();
  });
});
