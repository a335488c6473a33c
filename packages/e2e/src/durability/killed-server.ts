/** A server that is killed again and again, under clients that write through it and one that listens to its events. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiFile } from "@taskwerk/contract/api-file";
import { taskwerkClient } from "@taskwerk/contract/client";
import { isRetryable, isWerkError } from "@taskwerk/contract/errors";
import type { TaskEvent } from "@taskwerk/contract/event";
import { randomOf } from "@taskwerk/rehearsal/seeded/random";
import { ended, firstLine, makeRig } from "../rig.ts";
import { openSource, type Source } from "../taskwerk/event-source.ts";

/** What was met. */
export interface ServerKilled {
  readonly kills: number;
  readonly writes: number;
  /** Calls that were sent again under their key because no answer had come. */
  readonly retries: number;
  readonly events: number;
  /** How often the listener had to come again. */
  readonly reconnects: number;
}

const EVERY_MS = 20;

/**
 * Kills the server `kills` times while 50 writes a second are begun, each under a key of its own and sent again until it is
 * answered. Throws unless each key was applied exactly once, what was answered is what is there, and the listener, that
 * came again with the last id it saw, was told of every event exactly once and in order.
 */
export async function killServer(kills: number, seed: number): Promise<ServerKilled> {
  const rig = await makeRig();
  const random = randomOf(seed);
  const state = { over: false, writes: 0, retries: 0, reconnects: 0, kills: 0 };
  const stop = (error: unknown): never => {
    state.over = true;
    throw error;
  };
  const start = async () => {
    const child = rig.start("taskwerk", ["api", "start", "--port", "0", "--json"]);
    await firstLine(child);
    return child;
  };
  const file = async (): Promise<ApiFile> =>
    JSON.parse(await readFile(join(rig.dir, ".taskwerk", "api.json"), "utf8")) as ApiFile;

  /** Answers the id of the task that was made under this key. */
  const write = async (key: string): Promise<string> => {
    for (;;) {
      try {
        const { url, token } = await file();
        const client = taskwerkClient({ url, token, actor: "writer", timeoutMs: 10_000 });
        const { data } = await client.call("task.add", { title: key }, { idempotencyKey: key });
        return data.changed[0]!.id;
      } catch (error) {
        // Between two servers there is no file, or the token is that of the one before.
        const transient = !isWerkError(error) || isRetryable(error.code) || error.code === "UNAUTHORIZED";
        if (!transient) throw error;
        state.retries += 1;
        await sleep(EVERY_MS);
      }
    }
  };

  const heard: TaskEvent[] = [];
  /** Listens until it has heard of the event `last()`. */
  const listen = async (last: () => number): Promise<void> => {
    const at = { id: "0" };
    while ((heard.at(-1)?.cursor ?? 0) < last()) {
      const source: Source | null = await file()
        .then(({ url, token }) => openSource(url, token, "?since=0", { "last-event-id": at.id }))
        .catch(() => null);
      if (source === null || source.status !== 200) {
        source?.close();
        await sleep(EVERY_MS);
        continue;
      }
      state.reconnects += 1;
      const gone = { yes: false };
      void source.ended.then(() => {
        gone.yes = true;
      });
      const taken = { frames: 0 };
      const take = (): void => {
        for (const { id, data } of source.frames.slice(taken.frames)) {
          if (data !== null) heard.push(JSON.parse(data) as TaskEvent);
          if (id !== null) at.id = id;
        }
        taken.frames = source.frames.length;
      };
      while (!gone.yes && (heard.at(-1)?.cursor ?? 0) < last()) {
        take();
        await sleep(5);
      }
      take();
      source.close();
    }
  };

  try {
    await rig.data("init");
    const server = { child: await start() };
    const end = { cursor: Number.POSITIVE_INFINITY };
    const listening = listen(() => end.cursor).catch(stop);
    const answered = new Map<string, string>();
    const written: Promise<unknown>[] = [];
    const writing = (async () => {
      const began = performance.now();
      while (!state.over) {
        const key = `key-${state.writes}`;
        state.writes += 1;
        written.push(write(key).then((id) => answered.set(key, id)));
        // By the clock: what a timer is late is not lost.
        await sleep(Math.max(0, began + state.writes * EVERY_MS - performance.now()));
      }
    })();
    while (state.kills < kills && !state.over) {
      await sleep(random.int(50, 600));
      const died = ended(server.child);
      server.child.kill("SIGKILL");
      await died;
      state.kills += 1;
      server.child = await start();
    }
    state.over = true;
    await writing;
    await Promise.all(written);
    end.cursor = Number((await rig.data<{ cursor: number }>("status")).cursor);
    await listening;

    const tasks = await rig.data<readonly { id: string; title: string }[]>("list", "--all", "--limit", "0");
    if (tasks.length !== state.writes) throw new Error(`${state.writes} keys, and ${tasks.length} tasks`);
    for (const { id, title } of tasks) {
      if (answered.get(title) !== id) throw new Error(`${title} is ${id}, and was answered ${answered.get(title)}`);
    }
    const wrong = heard.findIndex(({ cursor }, n) => cursor !== n + 1);
    if (wrong >= 0 || heard.length !== end.cursor) {
      throw new Error(`event ${wrong + 1} of ${end.cursor} came as ${heard[wrong]?.cursor}; ${heard.length} came`);
    }
    const stored = await rig.data<readonly TaskEvent[]>("events", "list", "--since", "0", "--limit", "10000");
    if (JSON.stringify(stored) !== JSON.stringify(heard.slice(0, 10_000))) throw new Error("what was heard is not so");
    const { writes, retries, reconnects } = state;
    return { kills: state.kills, writes, retries, events: heard.length, reconnects };
  } finally {
    state.over = true;
    await rig.remove();
  }
}
