import { readFile, stat } from "node:fs/promises";
import { EXIT, WerkError } from "@taskwerk/contract/errors";
import { replayHash } from "../../journal/replay-hash.ts";
import { counted } from "../../model/counted.ts";
import type { App } from "../app.ts";
import { linesView } from "../lines-view.ts";
import { type Verb, wordOf } from "../verb.ts";

interface AuditedJournal {
  /** The export that was replayed; null = the journal here. */
  readonly file: string | null;
  readonly ok: boolean;
  readonly events: number;
  /** Events whose content cannot be proven, because an export leaves their token out. */
  readonly sealed: number;
  readonly head: string | null;
  /** What the state is recognised by; null where not all of it can be read. */
  readonly state: string | null;
  /** The first event that is wrong. */
  readonly seq: number | null;
  /** Events 1 to this number can be read. */
  readonly readable: number;
  readonly message: string | null;
}

const MOST_BYTES = 512 * 1024 * 1024;

/** `audit journal [FILE]`: reads all of it again, chain, facts and tables; exit code 5 when something is wrong. Writes nothing. */
export const auditJournalVerb: Verb<unknown> = {
  build: (command) => command.argument("[file]", "an export, made by events --export; default the journal here"),
  async run(app, [given]) {
    const named = wordOf(given);
    const audited = named === "" ? await auditHere(app) : await auditExport(app, named);
    app.show<AuditedJournal>("audit.journal", audited, AUDIT);
    return audited.ok ? undefined : EXIT.store;
  },
};

async function auditHere(app: App): Promise<AuditedJournal> {
  const journal = await app.journal();
  const health = await journal.verify();
  if (health.kind === "sound") {
    const { events, head } = health;
    const state = replayHash(health.state);
    return { file: null, ok: true, events, sealed: 0, head, state, seq: null, readable: events, message: null };
  }
  const { seq, readable, message } = health;
  return { file: null, ok: false, events: readable, sealed: 0, head: null, state: null, seq, readable, message };
}

/** Throws what `replayExport` throws, and FILE_NOT_FOUND. */
async function auditExport(app: App, named: string): Promise<AuditedJournal> {
  const { replayExport } = await import("../../journal/exported.ts");
  const path = app.path(named);
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile())
    throw new WerkError("FILE_NOT_FOUND", `there is no file ${named}`, {
      hint: "Make one:  conductor events --export FILE",
      field: "file",
      given: named,
    });
  if (found.size > MOST_BYTES)
    throw new WerkError("PAYLOAD_TOO_LARGE", `${named} is larger than 512 MB`, { field: "file", given: named });
  const { events, sealed, head, state } = replayExport(await readFile(path, "utf8"), named);
  return {
    file: path,
    ok: true,
    events,
    sealed,
    head,
    state: replayHash(state),
    seq: null,
    readable: events,
    message: null,
  };
}

const AUDIT = linesView<AuditedJournal>(
  ({ ok, events, sealed, head, state, message, readable }) =>
    ok
      ? [
          `${counted(events, "event")}, and the chain is whole.`,
          ...(sealed === 0
            ? []
            : [`${sealed} of them are without their claim's token, so their content is not proven.`]),
          `Last   ${head}`,
          `State  ${state}`,
        ]
      : [
          message ?? "Something is wrong.",
          "Nothing was written. What landed is safe in git:",
          "  git log --oneline --branches='conductor/*'",
          ...(readable > 0 ? ["What can be read, as a file:  conductor events --export FILE"] : []),
        ],
  {
    items: (data) => [{ ...data, id: data.head ?? "journal" }],
    fields: ["ok", "events", "head", "state"],
    known: ["file", "ok", "events", "sealed", "head", "state", "seq", "readable", "message"],
  },
);
