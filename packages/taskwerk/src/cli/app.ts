import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { ConfigValues } from "@taskwerk/config/schema";
import type { Operations } from "@taskwerk/contract/client";
import type { Success } from "@taskwerk/contract/envelope";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { type OperationName, ROUTES } from "@taskwerk/contract/routes";
import { checkFields } from "@taskwerk/terminal/fields";
import type { Output } from "@taskwerk/terminal/output";
import { printSuccess, type View } from "@taskwerk/terminal/print-success";
import { configActor } from "./config-actor.ts";
import { storeConfigFile, userConfigFile } from "./config-files.ts";
import type { GlobalFlags } from "./globals.ts";
import { tellWaiting } from "./tell-waiting.ts";
import { utf8Text } from "./utf8-text.ts";
import type { Caller, StoreTarget, World } from "./world.ts";

/** What a verb works with. */
export interface App {
  readonly world: World;
  readonly output: Output;
  readonly globals: GlobalFlags;
  readonly target: StoreTarget;
  /** Who does it: --actor, TASKWERK_ACTOR, the configuration, the system's user. Throws CONFIG_INVALID. */
  readonly actor: () => Promise<string>;
  /** Runs one operation, prints nothing. */
  readonly call: <N extends OperationName>(
    name: N,
    input: Operations[N]["input"],
    caller?: Partial<Caller>,
  ) => Promise<Success<Operations[N]["output"]>>;
  /** As whom operations run. */
  readonly caller: () => Promise<Caller>;
  /**
   * Runs one operation and prints its answer; `--fields` is checked before anything is done. `warnings` come before those
   * of the operation, `onAnswer` is called when it has answered.
   */
  readonly perform: <N extends OperationName>(
    name: N,
    input: Operations[N]["input"],
    view: View<Operations[N]["output"]>,
    caller?: Partial<Caller> & { readonly warnings?: readonly string[]; readonly onAnswer?: () => void },
  ) => Promise<void>;
  /** Prints an answer that is no operation's. */
  readonly show: <T>(kind: string, data: T, view: View<T>, warnings?: readonly string[]) => void;
  /** Throws USAGE when `--fields` names one that the view does not have: before anything is done. */
  readonly checkFields: (view: Pick<View<never>, "known">) => void;
  /** Throws READ_ONLY under --readonly; `what` says what would have been written. */
  readonly refuseWhenReadonly: (what: string) => void;
  /** The user's configuration, then the store's, then the environment. */
  readonly config: () => Promise<ConfigValues>;
  /** A path as the user means it: relative to where he stands, or to -C. */
  readonly path: (path: string) => string;
  /** A text argument: itself, `-` for stdin, `@file` for a file. */
  readonly text: (argument: string) => Promise<string>;
}

/** Puts an app together for one command line. */
export function makeApp(given: World, output: Output, globals: GlobalFlags): App {
  const world = { ...given, ...once(given) };
  const cwd = resolve(world.cwd, globals.C ?? ".");
  if (globals.C !== undefined && !isDirectory(cwd)) {
    throw new WerkError("FILE_NOT_FOUND", `there is no directory ${cwd}.`, {
      hint: "It is relative to where you stand.",
      field: "C",
      given: globals.C,
    });
  }
  if (globals.store !== undefined && globals.remote !== undefined) {
    throw new WerkError("USAGE", "--store and --remote name two stores.", {
      hint: "Give one of them.",
      field: "remote",
    });
  }
  const path = (name: string): string => resolve(cwd, name);
  const target: StoreTarget = { cwd, ...(globals.store === undefined ? {} : { store: path(globals.store) }) };
  // A server's own configuration is not asked for: this machine's is meant.
  const storeHere = async (): Promise<string | null> => (world.remote ? null : world.locateStore(target));
  const config = async (store: string | null): Promise<ConfigValues> => {
    const { readConfig } = await import("./read-config.ts");
    return readConfig(store, world.env);
  };
  const findActor = async (): Promise<string> => {
    const said = globals.actor || world.env.TASKWERK_ACTOR;
    if (said) return said;
    // Where there is no store, what is asked of it says so.
    const store = await storeHere().catch(() => null);
    const files = [store && storeConfigFile(store), userConfigFile(world.env)].filter((file) => file !== null);
    return (await configActor(files, () => config(store))) ?? world.systemUser();
  };
  const known: { actor?: Promise<string> } = {};
  const actor: App["actor"] = () => {
    known.actor ??= findActor();
    return known.actor;
  };
  const caller: App["caller"] = async () => ({
    actor: await actor(),
    session: globals.session || world.env.TASKWERK_SESSION || null,
    idempotencyKey: globals.idempotencyKey ?? null,
  });
  const refuseWhenReadonly: App["refuseWhenReadonly"] = (what) => {
    if (globals.readonly)
      throw new WerkError("READ_ONLY", `${what}, and --readonly was given.`, {
        hint: "To have it done, leave --readonly out.",
        field: "readonly",
      });
  };
  const call: App["call"] = async (name, input, other) => {
    if (ROUTES[name].writes && !isRehearsal(input)) refuseWhenReadonly("this changes the store");
    return world.run(target, { ...(await caller()), ...other }, name, input);
  };
  const checkKnown: App["checkFields"] = ({ known }) => {
    if (output.fields) checkFields(output.fields, known);
  };
  return {
    world,
    output,
    globals,
    target,
    actor,
    caller,
    call,
    checkFields: checkKnown,
    refuseWhenReadonly,
    async perform(name, input, view, { warnings = [], onAnswer, ...other } = {}) {
      checkKnown(view);
      const answer = await call(name, input, other);
      onAnswer?.();
      try {
        printSuccess(
          output,
          warnings.length > 0 ? { ...answer, warnings: [...warnings, ...answer.warnings] } : answer,
          view,
        );
      } catch (cause) {
        throw ROUTES[name].writes ? doneUnsaid(cause) : cause;
      }
    },
    show(kind, data, view, warnings = []) {
      checkKnown(view);
      printSuccess(output, { ok: true, v: 1, kind, data, warnings, meta: {} }, view);
    },
    config: async () => config(await storeHere()),
    path,
    async text(argument) {
      if (argument === "-") {
        tellWaiting(world, "a text");
        return (await world.readStdin()).replace(/\r?\n$/, "");
      }
      return argument.startsWith("@") ? textOfFile(path(argument.slice(1))) : argument;
    },
  };
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** True for an input that asks what would happen. */
const isRehearsal = (input: object): boolean => "dry_run" in input && input.dry_run === true;

/** What was asked for is done, and cannot be said. */
const doneUnsaid = (cause: unknown): unknown =>
  isWerkError(cause)
    ? new WerkError("INTERNAL", `it is done, but ${cause.message}`, {
        hint: "Do not run it again; see it:  taskwerk list --all",
        cause,
      })
    : cause;

/** Stdin is read to its end by the first that asks. A second one would get nothing: USAGE. */
function once({ readStdin, readStdinBytes }: World): Pick<World, "readStdin" | "readStdinBytes"> {
  const state = { read: false };
  const take = (): void => {
    if (state.read) {
      throw new WerkError("USAGE", "- stands twice, and stdin can be read only once.", {
        hint: "A text can come from a file:  @FILE",
        given: "-",
      });
    }
    state.read = true;
  };
  return {
    readStdin: async () => {
      take();
      return readStdin();
    },
    readStdinBytes: async (most) => {
      take();
      return readStdinBytes(most);
    },
  };
}

/** A whole file as text; FILE_NOT_FOUND when there is none, USAGE when it cannot be read, VALIDATION_FAILED when it is no text. */
export async function textOfFile(path: string): Promise<string> {
  return utf8Text(bytesOfFile(path), path);
}

function bytesOfFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
}

/** The error for a file that could not be read: FILE_NOT_FOUND, or USAGE saying why. */
export function unreadableFile(path: string, cause: unknown): WerkError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new WerkError("FILE_NOT_FOUND", `there is no file ${path}`, {
      cause,
      hint: "Names are relative to where you stand, or to -C. A pipe is written  -",
      field: "file",
      given: path,
    });
  }
  const why = code === "EISDIR" ? "it is a directory" : code === "EACCES" ? "permission denied" : String(code);
  return new WerkError("USAGE", `cannot read ${path}: ${why}`, {
    hint: "What comes through a pipe is  -",
    cause,
    field: "file",
    given: path,
  });
}
