import type { View } from "@taskwerk/terminal/print-success";
import { counted } from "../../model/counted.ts";
import type { Cleaned, CleanKind, Freed } from "../../run/clean.ts";
import type { Retention } from "../../run/old-files.ts";
import type { App } from "../app.ts";
import { nextLines } from "../next-lines.ts";
import { openUserRepository } from "../open-repository.ts";
import { limitsOf, retentionOf } from "../orchestrate/settings-of.ts";
import { millisecondsOf } from "../plan/make-plan.ts";
import { hasJournalAt } from "../system/has-journal.ts";
import type { Verb } from "../verb.ts";
import { inBytes } from "./bytes.ts";

interface CleanFlags {
  readonly dryRun?: boolean;
  readonly olderThan?: string;
}

/** `clean`: frees what ended sessions have left. Clones are saved before they go; what a run can go on with stays. */
export const cleanVerb: Verb<CleanFlags> = {
  build: (command) =>
    command
      .option("--dry-run", "only say what would go")
      .option("--older-than <time>", "logs, transcripts and caches older than that, e.g. 7d (as retention.* says)"),
  async run(app, _, { dryRun = false, olderThan }) {
    const config = await app.config();
    const retention = olderThan === undefined ? retentionOf(config) : everythingAfter(olderThan);
    if (!hasJournalAt(app.root)) {
      // Nothing has run here, but for rehearsals.
      const cleaned = await withRehearsals(app, { removed: [], kept: [], freedBytes: 0 }, dryRun);
      if (cleaned.removed.length + cleaned.kept.length > 0) {
        app.show<CleanData>("clean", { dryRun, driven: false, ...cleaned }, VIEW);
        return undefined;
      }
    }
    const journal = await app.journal();
    const claim = dryRun ? null : await journal.acquireDriver(null);
    try {
      const driven = dryRun ? (await journal.currentDriver()) !== null : claim?.kind === "held";
      const { clean } = await import("../../run/clean.ts");
      const { makeRepositoryConfinement } = await import("../../run/open-court.ts");
      const { env, now } = app.world;
      const repository = await openUserRepository(app);
      const cleaned = await clean({
        repository,
        confinement: await makeRepositoryConfinement({
          env,
          stateDir: app.stateDir,
          repository,
          limits: limitsOf(config),
        }),
        journal,
        stateDir: app.stateDir,
        retention,
        now,
        driven,
        dryRun,
        onDefect: (error) => app.note(error instanceof Error ? error.message : String(error)),
      });
      app.show<CleanData>("clean", { dryRun, driven, ...(await withRehearsals(app, cleaned, dryRun)) }, VIEW);
    } finally {
      if (!dryRun) await journal.releaseDriver();
    }
    return undefined;
  },
};

/** And places of rehearsals that were killed, whichever repository they were of. */
async function withRehearsals(app: App, cleaned: Cleaned, dryRun: boolean): Promise<Cleaned> {
  const { sizeOf } = await import("../../run/disk-use.ts");
  const { orphanedPlaces, sweepPlace } = await import("../rehearse/sweep-places.ts");
  const removed: Freed[] = [...cleaned.removed];
  const kept = [...cleaned.kept];
  for (const path of await orphanedPlaces(app)) {
    const { bytes, files } = await sizeOf(path);
    try {
      if (!dryRun) await sweepPlace(app, path);
      removed.push({ kind: "rehearsals", path, files, bytes });
    } catch (error) {
      kept.push({ path, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return { removed, kept, freedBytes: removed.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function everythingAfter(text: string): Retention {
  const ms = millisecondsOf(text, "--older-than");
  return { transcriptsMs: ms, logsMs: ms, cachesMs: ms };
}

type CleanData = Cleaned & {
  readonly dryRun: boolean /** A run goes on: only files of ended sessions were looked at. */;
  readonly driven: boolean;
};

const WORDS: Readonly<Record<CleanKind, string>> = {
  clones: "clone",
  sockets: "socket to an agent",
  checkouts: "checkout",
  setup: "set that a setup made",
  transcripts: "transcript and trace",
  logs: "log of a gate",
  caches: "planner's answer",
  rehearsals: "rehearsal that was killed",
};
const MANY: Readonly<Record<CleanKind, string>> = {
  clones: "clones",
  sockets: "sockets to agents",
  checkouts: "checkouts",
  setup: "sets that a setup made",
  transcripts: "transcripts and traces",
  logs: "logs of gates",
  caches: "planners' answers",
  rehearsals: "rehearsals that were killed",
};

/** Counted as they are, not by the files in them. */
const PLACES: ReadonlySet<CleanKind> = new Set<CleanKind>(["clones", "sockets", "checkouts", "setup", "rehearsals"]);

const VIEW: View<CleanData> = {
  items: ({ removed }) => removed.map((one) => ({ ...one, id: one.path })),
  fields: ["kind", "path", "files", "bytes"],
  known: ["kind", "path", "files", "bytes"],
  piped: "screen",
  screen(output, { data }) {
    const { removed, kept, freedBytes, dryRun, driven } = data;
    if (removed.length === 0) output.line("There is nothing to free.");
    else {
      output.line(`${dryRun ? "Would free" : "Freed"} ${inBytes(freedBytes)}:`);
      for (const kind of new Set(removed.map((one) => one.kind))) {
        const some = removed.filter((one) => one.kind === kind);
        const count = PLACES.has(kind) ? some.length : (some[0]?.files ?? 0);
        const bytes = some.reduce((sum, one) => sum + one.bytes, 0);
        output.line(`  ${inBytes(bytes).padStart(8)}  ${counted(count, WORDS[kind], MANY[kind])}`);
      }
    }
    if (driven) output.line("A run goes on: its clones, checkouts and caches were left alone.");
    for (const { path, why } of kept) output.line(`  stays  ${path}: ${why}`);
    if (!output.isTTY) return;
    const next = dryRun ? ["conductor clean"] : ["conductor du", "conductor audit work"];
    for (const line of nextLines(next, output)) output.line(line);
  },
};
