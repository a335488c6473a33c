import { taskwerkClient } from "@taskwerk/contract/client";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { readExport } from "@taskwerk/contract/read-export";
import type { RunOperation, StoreTarget, World } from "../world.ts";
import { watchRemote } from "./watch-remote.ts";

/** Which server is meant, and who said so: the flag, or the environment. */
export interface Remote {
  readonly url: string;
  readonly by: "--remote" | "TASKWERK_URL";
}

/** A call may be an import of many tasks. */
const CALL_MS = 600_000;
/** It is only asked whether somebody answers. */
const LOOK_MS = 5_000;

/**
 * The world with a server's store in the place of the one here: every command that acts on a store acts on that one, with
 * the same answers and errors. What is done to files of this machine is refused. Throws USAGE for what is no address.
 */
export function remoteWorld(world: World, remote: Remote): World {
  const url = addressOf(remote);
  const known: { token?: Promise<string> } = {};
  const token = (target: StoreTarget): Promise<string> => {
    known.token ??= tokenFor(world, target, url);
    return known.token;
  };
  const refuse = async (): Promise<never> => {
    throw localOnly(remote);
  };
  const run: RunOperation = async (target, { actor, session, idempotencyKey }, name, input) => {
    const client = taskwerkClient({
      url,
      token: await token(target),
      actor,
      ...(session === null ? {} : { session }),
      timeoutMs: CALL_MS,
    });
    return client.call(name, input, idempotencyKey === null ? {} : { idempotencyKey });
  };
  const named = remote.by === "--remote";
  return {
    ...world,
    remote,
    run,
    async exportTasks(target, { actor }, input, sink) {
      const names = { ids: new Set<string>(), wanted: [] as string[] };
      const caller = { url, token: await token(target), actor };
      const reader = {
        begin: sink.begin,
        async rows(rows: readonly string[]) {
          if (input.query !== undefined) for (const row of rows) note(names, row);
          await sink.rows(rows);
        },
      };
      const tasks = await readExport(caller, input, reader, AbortSignal.timeout(CALL_MS));
      return { tasks, outside: names.wanted.filter((id) => !names.ids.has(id)).length };
    },
    watchStore: async (target) => watchRemote(run, target),
    files: refuse,
    // Who names a server by a flag means it here too; the environment speaks of stores, not of this machine's own things.
    ...(named ? { locateStore: refuse, createStore: refuse, api: refuse } : {}),
  };
}

/** The error for what is done on the machine of the store only. */
export const localOnly = ({ url, by }: Remote): WerkError =>
  new WerkError("USAGE", `this is about files of this machine, and ${by} names a server (${url}).`, {
    hint:
      by === "--remote"
        ? "Leave --remote out, on the machine whose store it is."
        : "On the machine whose store it is:  env -u TASKWERK_URL taskwerk …",
    field: "remote",
  });

/** Remembers a task and what it hangs on: those that are not among the exported ones are told. */
function note({ ids, wanted }: { ids: Set<string>; wanted: string[] }, row: string): void {
  const { id, parent, depends_on } = JSON.parse(row) as { id: string; parent: string | null; depends_on: string[] };
  ids.add(id);
  if (parent !== null) wanted.push(parent);
  wanted.push(...depends_on);
}

function addressOf({ url, by }: Remote): string {
  const wrong = (why: string): WerkError =>
    new WerkError("USAGE", `${by}: ${why}`, { hint: "Like this:  --remote http://127.0.0.1:7777", field: "remote" });
  if (!URL.canParse(url)) throw wrong("that is no address.");
  const { protocol, username, password, pathname, search, origin } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") throw wrong("an address begins with http:// or https://");
  // Others can see what stands on a command line.
  if (username !== "" || password !== "") throw wrong("a token has no place in the address. TASKWERK_TOKEN takes it.");
  if (pathname !== "/" || search !== "") throw wrong("an address ends after its port.");
  return origin;
}

async function tokenFor(world: World, target: StoreTarget, url: string): Promise<string> {
  const token = world.env.TASKWERK_TOKEN || (await world.tokenOf(target, url));
  if (token) return token;
  await someoneThere(url);
  throw new WerkError("CREDENTIAL_MISSING", `no token for the taskwerk server at ${url}.`, {
    hint: "Set TASKWERK_TOKEN, or run it in the directory of the store that this server serves.",
  });
}

/** Where no server is, a token would not help. Throws TASKWERK_UNREACHABLE. */
async function someoneThere(url: string): Promise<void> {
  const stranger = taskwerkClient({ url, token: "none", actor: "none", timeoutMs: LOOK_MS });
  await stranger.call("store.status", {}).catch((error: unknown) => {
    if (isWerkError(error) && error.code === "TASKWERK_UNREACHABLE") throw error;
  });
}
