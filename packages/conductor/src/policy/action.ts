/** What somebody is about to do, with everything policy looks at. `null` = it is not known, which asks. */
import type { SandboxLevel } from "../model/command.ts";
import type { ChangedPath } from "../model/repository.ts";

/** A change to the user's code, as it would be judged or landed. */
export interface Change {
  readonly paths: readonly ChangedPath[];
  /** Gate files that differ from the base's, with the keys that do for a package.json. */
  readonly gateFiles: readonly { readonly path: string; readonly keys: readonly string[] }[] | null;
  /** "name@range" of packages that are new or changed. */
  readonly newDependencies: readonly string[] | null;
  /** What it lost against the base: tests, coverage. Empty before any gate has run. */
  readonly ratchet: readonly { readonly rule: string; readonly gate: string; readonly message: string }[];
  /** Places of credentials in added lines. */
  readonly secrets: readonly { readonly path: string; readonly line: number; readonly kind: string }[] | null;
  /** Lines added and removed. */
  readonly diffLines: number | null;
}

/** What is known besides the change itself. Absent: it is nothing that could be known now; null: it is not known, which asks. */
export interface Circumstances {
  /** Command lines that would be run. */
  readonly commands?: readonly string[] | null;
  /** What the task has cost so far, US dollars. */
  readonly costUsd?: number | null;
  /** The branch that it is for, or whom it reaches. */
  readonly target?: string | null;
  /** A revert takes it back whole. */
  readonly reversible?: boolean | null;
  /** The agents whose work it is: the one that began it, and whoever took it over. */
  readonly actors?: readonly string[] | null;
  /** Percentage points of coverage that it wins, or loses. */
  readonly coverageDelta?: number | null;
}

export type Action = Deed & { readonly about?: Circumstances };

export const ACTION_KINDS = ["judge", "land", "run", "publish", "command", "other"] as const;

/** Those that conductor does, and asks its rules about. */
export const RULE_KINDS = ["judge", "land", "run", "publish", "command"] as const;

type Deed =
  /** Its gates are about to run. */
  | { readonly kind: "judge"; readonly change: Change }
  /** It is about to go onto the integration branch. */
  | { readonly kind: "land"; readonly change: Change }
  /** A session is about to begin. */
  | {
      readonly kind: "run";
      readonly auto: boolean;
      readonly sandbox: SandboxLevel;
      /** The user has said that no sandbox is all right. */
      readonly unsandboxedAllowed: boolean;
      readonly budgetUsd: number | null;
      readonly until: string | null;
      /** It can cost nothing and reach nobody: conductor's own scripted agents. */
      readonly scripted: boolean;
    }
  /** What has landed is given to others: the branch that it was made for moves. `what`: the branch that holds it. */
  | { readonly kind: "publish"; readonly what: string; readonly target: string }
  /** A command line is about to be run: a gate's, or the setup's. */
  | { readonly kind: "command"; readonly command: string }
  /** Anything that no rule knows. */
  | { readonly kind: "other"; readonly what: string };
