/** An action in words of the command line or of a file of examples. Pure. */
import type { ConfigRecord, KeySpec, RecordSpec } from "@taskwerk/config/schema";
import type { SandboxLevel } from "../../model/command.ts";
import { ACTION_KINDS, type Action, type Change, type Circumstances } from "../../policy/action.ts";
import { isReversible } from "../../run/circumstances.ts";

/** What may be said of an action; what is not said is as in an ordinary small change. */
export interface Described {
  readonly kind?: Action["kind"];
  readonly paths?: readonly string[];
  readonly lines?: number;
  readonly dependencies?: readonly string[];
  readonly gate_files?: readonly string[];
  readonly links?: readonly string[];
  readonly weaker?: readonly string[];
  readonly secret?: boolean;
  readonly coverage_delta?: number;
  readonly cost?: number;
  readonly commands?: readonly string[];
  readonly target?: string;
  readonly actor?: string;
  readonly reversible?: boolean;
  readonly auto?: boolean;
  readonly sandbox?: SandboxLevel;
  readonly budget?: number;
  readonly until?: string;
}

const FIELDS = {
  kind: { type: "string", oneOf: ACTION_KINDS, describe: "What would happen (land)." },
  paths: { type: "strings", describe: "Changed files." },
  lines: { type: "integer", least: 0, describe: "Changed lines (1)." },
  dependencies: { type: "strings", describe: "Packages that are new or changed, as name@range." },
  gate_files: { type: "strings", describe: "Files that decide how work is judged, and differ." },
  links: { type: "strings", describe: "Symbolic links that are new." },
  weaker: { type: "strings", describe: "What is weaker than before: fewer-tests, skipped-tests, coverage-drop, ..." },
  secret: { type: "boolean", describe: "It holds a credential (false)." },
  coverage_delta: { type: "number", least: -100, most: 100, describe: "Percentage points of coverage won or lost." },
  cost: { type: "number", least: 0, describe: "What its task has cost, US dollars." },
  commands: { type: "strings", describe: "Command lines that would be run." },
  target: { type: "string", describe: "The branch it is for, or whom it reaches." },
  actor: { type: "string", describe: "The agent." },
  reversible: { type: "boolean", describe: "A revert takes it back whole (no migration is in it)." },
  auto: { type: "boolean", describe: "run: without you (true)." },
  sandbox: { type: "string", oneOf: ["full", "filtered", "none"], describe: "run: how strong the sandbox is (full)." },
  budget: { type: "number", least: 0, describe: "run: US dollars." },
  until: { type: "string", describe: "run: when it ends." },
} as const satisfies Readonly<Record<keyof Described, KeySpec>>;

/** What an example in a file takes. */
export const EXAMPLE_RECORD = {
  key: "name",
  fields: {
    name: { type: "string", describe: "What it is about.", required: true },
    expect: { type: "string", oneOf: ["allow", "ask", "deny"], describe: "What should follow.", required: true },
    ...FIELDS,
  },
} as const satisfies RecordSpec;

/** One example of a file. */
export type Example = Described & { readonly name: string; readonly expect: "allow" | "ask" | "deny" };

export const exampleOf = (record: ConfigRecord): Example => record as unknown as Example;

/** The action itself. */
export function actionOf(said: Described): Action {
  const change = changeOf(said);
  const about: Circumstances = {
    ...(said.commands && { commands: said.commands }),
    ...(said.cost !== undefined && { costUsd: said.cost }),
    ...(said.target !== undefined && { target: said.target }),
    ...(said.actor !== undefined && { actors: [said.actor] }),
    ...(said.coverage_delta !== undefined && { coverageDelta: said.coverage_delta }),
  };
  const ofChange = { ...about, reversible: said.reversible ?? isReversible(change) };
  const kind = said.kind ?? "land";
  switch (kind) {
    case "judge":
    case "land":
      return { kind, change, about: ofChange };
    case "run":
      return {
        kind,
        auto: said.auto ?? true,
        sandbox: said.sandbox ?? "full",
        unsandboxedAllowed: false,
        budgetUsd: said.budget ?? null,
        until: said.until ?? null,
        scripted: false,
        about,
      };
    case "publish":
      return { kind, what: "what you describe", target: said.target ?? "others", about };
    case "command":
      return { kind, command: said.commands?.[0] ?? "", about };
    case "other":
      return { kind, what: "what you describe", about };
  }
}

function changeOf(said: Described): Change {
  const plain = (path: string, newMode = "100644") =>
    ({ path, status: "modified", oldMode: "100644", newMode }) as const;
  const links = said.links ?? [];
  return {
    paths: [...(said.paths ?? []).map((path) => plain(path)), ...links.map((path) => plain(path, "120000"))],
    gateFiles: (said.gate_files ?? []).map((path) => ({ path, keys: [] })),
    newDependencies: said.dependencies ?? [],
    ratchet: (said.weaker ?? []).map((rule) => ({ rule, gate: "test", message: "as you describe it" })),
    secrets: said.secret === true ? [{ path: said.paths?.[0] ?? "a file", line: 1, kind: "credential" }] : [],
    diffLines: said.lines ?? 1,
  };
}
