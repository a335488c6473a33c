import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Operations } from "@taskwerk/contract/client";
import type { Success } from "@taskwerk/contract/envelope";
import type { OperationName } from "@taskwerk/contract/routes";
import { newUid } from "../core/uid.ts";
import { createStore, openStore, type Store } from "../store/open.ts";
import { callOperation } from "./call.ts";
import type { Call } from "./operation.ts";

/** A real store in a directory of its own, with a clock that a test moves. For tests. */
export interface Rig {
  readonly dir: string;
  readonly store: Store;
  /** Calls an operation as `tester`, outside of sessions, unless `call` says otherwise. */
  call<N extends OperationName>(
    name: N,
    input: Operations[N]["input"],
    call?: Partial<Call>,
  ): Promise<Success<Operations[N]["output"]>>;
  /** Adds a task; its id. */
  add(title: string, fields?: Partial<Operations["task.add"]["input"]>): Promise<string>;
  /** Ids of what is ready, in order. */
  ready(): Promise<readonly string[]>;
  /** What the clock says. */
  now(): Date;
  /** Moves the clock. */
  pass(ms: number): void;
  close(): Promise<void>;
}

/** Where a sync costs nothing, if there is such a place: tests make many stores. */
const ROOM = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Makes a rig; the clock stands at 2027-03-01 12:00 UTC. */
export async function openRig(): Promise<Rig> {
  const dir = join(mkdtempSync(join(ROOM, "taskwerk-")), ".taskwerk");
  await createStore(dir, { prefix: "TASK" });
  const store = await openStore(dir);
  const clock = { ms: Date.UTC(2027, 2, 1, 12) };
  const rig: Rig = {
    dir,
    store,
    call: (name, input, call = {}) =>
      callOperation(
        { actor: "tester", session: null, idempotencyKey: null, ...call, store, now: () => new Date(clock.ms), newUid },
        name,
        input,
      ),
    add: async (title, fields = {}) => (await rig.call("task.add", { title, ...fields })).data.changed[0]!.id,
    ready: async () => (await rig.call("task.ready", { limit: 0 })).data.map((task) => task.id),
    now: () => new Date(clock.ms),
    pass: (ms) => {
      clock.ms += ms;
    },
    close: async () => {
      await store.close();
      rmSync(join(dir, ".."), { recursive: true, force: true });
    },
  };
  return rig;
}
