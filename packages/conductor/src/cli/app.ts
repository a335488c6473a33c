import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { ConfigValues } from "@taskwerk/config/schema";
import type { EnvelopeMeta } from "@taskwerk/contract/envelope";
import { WerkError } from "@taskwerk/contract/errors";
import { checkFields } from "@taskwerk/terminal/fields";
import type { Output } from "@taskwerk/terminal/output";
import { printSuccess, type View } from "@taskwerk/terminal/print-success";
import type { Journal } from "../journal/journal.ts";
import type { Connection } from "../tasks/connect.ts";
import { demoFileIn } from "./demo/demo-file.ts";
import type { GlobalFlags } from "./globals.ts";
import type { ConfigPlaces } from "./read-config.ts";
import type { World } from "./world.ts";

/** What a verb works with. Everything is opened when it is first asked for. */
export interface App {
  readonly world: World;
  readonly output: Output;
  readonly globals: GlobalFlags;
  readonly cwd: string;
  readonly actor: string;
  /** Where `.conductor` is or would be: beside `.taskwerk`, at the top of the repository. */
  readonly root: string;
  /** The top of the git repository; throws GIT_NOT_A_REPOSITORY. */
  readonly repositoryRoot: () => string;
  /** Conductor's own directory for this repository, outside it. */
  readonly stateDir: string;
  /** Where configuration is looked for. */
  readonly configPlaces: ConfigPlaces;
  /** `agreeing`: the repository's configuration counts although it has not been agreed to yet. */
  readonly config: (agreeing?: boolean) => Promise<ConfigValues>;
  /** The journal; `make`: also when there is none yet. Throws STORE_NOT_FOUND. */
  readonly journal: (make?: boolean) => Promise<Journal>;
  readonly connection: () => Promise<Connection>;
  readonly show: <T>(kind: string, data: T, view: View<T>, meta?: EnvelopeMeta, warnings?: readonly string[]) => void;
  readonly path: (path: string) => string;
  readonly note: (line: string) => void;
  /** Closes what was opened. */
  readonly close: () => Promise<void>;
}

export function makeApp(world: World, output: Output, globals: GlobalFlags): App {
  const cwd = directoryAt(resolve(world.cwd, globals.C ?? "."));
  const root = rootOf(cwd);
  const stateBase = world.env.XDG_STATE_HOME || join(world.homeDir, ".local", "state");
  const stateDirOf = (): string => {
    const { createHash } = process.getBuiltinModule("node:crypto");
    return join(stateBase, "conductor", createHash("sha256").update(root).digest("hex").slice(0, 16));
  };
  let journal: Promise<Journal> | null = null;
  let connection: Promise<Connection> | null = null;
  const actor = globals.actor || world.env.CONDUCTOR_ACTOR || world.systemUser();
  const openJournal = async (make: boolean): Promise<Journal> => {
    const { openJournal: open } = await import("../journal/journal.ts");
    return open(root, { now: world.now, create: make });
  };
  const connect = async (): Promise<Connection> => {
    const { connectTaskwerk } = await import("../tasks/connect.ts");
    const named = globals.useTaskwerk;
    const url = typeof named === "string" ? named : world.env.TASKWERK_URL || null;
    if (url !== null && !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ""))
      throw new WerkError("USAGE", `"${url}" is no address of a taskwerk server.`, {
        hint: "For example:  --use-taskwerk http://127.0.0.1:7777",
        field: "use-taskwerk",
        given: url,
      });
    return connectTaskwerk({
      cwd: root,
      taskwerk: world.taskwerk,
      url,
      token: world.env.TASKWERK_TOKEN ?? null,
      env: world.env,
      actor: "conductor",
    });
  };
  const configPlaces: ConfigPlaces = {
    root,
    env: world.env,
    homeDir: world.homeDir,
    get demoFile() {
      return demoFileIn(root, stateDirOf());
    },
    get pinFile() {
      return join(stateDirOf(), "trusted-config");
    },
    trusting: globals.trustConfig,
  };
  return {
    world,
    output,
    globals,
    cwd,
    configPlaces,
    actor,
    root,
    get stateDir() {
      return stateDirOf();
    },
    repositoryRoot() {
      const top = upwards(cwd, ".git");
      if (top) return top;
      const bare = bareAt(cwd);
      if (bare !== null)
        throw new WerkError(
          "GIT_NOT_A_REPOSITORY",
          `${bare} is a bare repository: it has no files that work could be done on`,
          { hint: `Work in a clone of it:  git clone ${bare}` },
        );
      throw new WerkError("GIT_NOT_A_REPOSITORY", `${cwd} is in no git repository, and work can only land in one`, {
        hint: "Make one:  git init",
      });
    },
    async config(agreeing = false) {
      const { readConfig } = await import("./read-config.ts");
      return readConfig({ ...configPlaces, agreeing });
    },
    journal(make = false) {
      journal ??= openJournal(make);
      return journal;
    },
    connection() {
      connection ??= connect();
      return connection;
    },
    show(kind, data, view, meta = {}, warnings = []) {
      if (output.fields) checkFields(output.fields, view.known);
      printSuccess(output, { ok: true, v: 1, kind, data, warnings, meta }, view);
    },
    path: (given) => resolve(cwd, given),
    note: (line) => output.note(line),
    async close() {
      await connection?.then(
        (one) => one.close(),
        () => undefined,
      );
      await journal?.then(
        (one) => one.close(),
        () => undefined,
      );
    },
  };
}

/** A directory by its real path; FILE_NOT_FOUND when there is none. */
function directoryAt(path: string): string {
  try {
    const real = realpathSync(path);
    if (statSync(real).isDirectory()) return real;
  } catch {
    // Said below.
  }
  throw new WerkError("FILE_NOT_FOUND", `there is no directory ${path}`, {
    hint: "Name one that is there:  -C DIR",
    field: "C",
    given: path,
  });
}

/**
 * The nearest directory that has conductor's, taskwerk's or git's directory; else where one stands. A repository ends the
 * search: what lies above it is another project's.
 */
const rootOf = (cwd: string): string => upwards(cwd, ".conductor", ".taskwerk", ".git") ?? cwd;

/** The bare repository in which a directory lies; null when it lies in none. */
function bareAt(cwd: string): string | null {
  const top = upwards(cwd, "HEAD");
  return top !== null && ["objects", "refs", "config"].every((name) => existsSync(join(top, name))) ? top : null;
}

function upwards(from: string, ...names: readonly string[]): string | null {
  for (let dir = from; ; dir = dirname(dir)) {
    if (names.some((name) => existsSync(join(dir, name)))) return dir;
    if (dirname(dir) === dir) return null;
  }
}
