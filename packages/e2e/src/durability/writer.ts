/** A user who writes one command after the other, and keeps in mind what he was told: that much has to be there. */
import type { ChildProcess } from "node:child_process";
import type { Success } from "@taskwerk/contract/envelope";
import type { Task } from "@taskwerk/contract/task";
import type { Random } from "@taskwerk/rehearsal/seeded/random";
import { ended, type Ran, type Rig } from "../rig.ts";

/** A task as its writer knows it. */
interface Known {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: string;
  readonly holder: string | null;
}
type Knowledge = readonly Known[];

/** A command line, and what is there once it has happened. Ids of new tasks are "?" until somebody looks. */
interface Command {
  readonly words: readonly string[];
  readonly stdin?: string;
  readonly after: (before: Knowledge) => Knowledge;
  /** The task that the writer may undo this on. */
  readonly updates?: Known;
}

export interface Writer {
  readonly name: string;
  /** What runs now, and when it began. */
  readonly running: () => { readonly child: ChildProcess; readonly sinceMs: number } | null;
  /** Milliseconds that a command takes at present; 0 before the first has ended. */
  readonly usualMs: () => number;
  /** Runs one more command to its end. Says what became of it. Throws when what is there is not what it was told. */
  readonly step: () => Promise<Step>;
  /** Throws unless exactly what it was told is there. */
  readonly verify: () => Promise<void>;
  /** How many of its commands have happened. */
  readonly happened: () => number;
}

/**
 * How a command of a writer ended: `done` was not killed. Of those that were, `retried` was said once more under its
 * key and happened once, `nothing` had not happened, `unsaid` had, and `said` had even said so.
 */
export type Step = "done" | "retried" | "nothing" | "unsaid" | "said";

const IMPORTED = 40;
const KILLED = 137;

/** Makes a writer with tasks of its own on the rig's store. */
export function makeWriter(rig: Rig, name: string, random: Random): Writer {
  const state = {
    known: [] as Knowledge,
    running: null as ReturnType<Writer["running"]>,
    usualMs: null as number | null,
    count: 0,
    happened: 0,
    /** The last update that can be taken back: its operation, and the task as it was. */
    last: null as { readonly op: string; readonly before: Known } | null,
    tokens: new Map<string, string>(),
  };

  const look = async (): Promise<Knowledge> => {
    const tasks = await rig.data<readonly Task[]>("list", `tag:${name}`, "--all", "--limit", "0");
    return sorted(
      tasks.map(({ id, title, description, status, claim }) => ({
        id,
        title,
        description,
        status,
        holder: claim?.by ?? null,
      })),
    );
  };
  const run = async ({ words, stdin }: Command, key: string): Promise<Ran> => {
    const child = rig.start("taskwerk", [...words, "--actor", name, "--idempotency-key", key, "--json"]);
    const began = performance.now();
    state.running = { child, sinceMs: began };
    child.stdin!.on("error", () => undefined).end(stdin ?? "");
    const ran = await ended(child).finally(() => {
      state.running = null;
    });
    if (ran.code === 0) {
      const tookMs = performance.now() - began;
      state.usualMs = state.usualMs === null ? tookMs : state.usualMs + (tookMs - state.usualMs) / 5;
    } else if (ran.code !== KILLED) throw new Error(`${name}: ${words.join(" ")} failed: ${JSON.stringify(ran)}`);
    return ran;
  };
  const acknowledge = (command: Command, said: string): void => {
    const { data, meta } = JSON.parse(said) as Success<{ changed?: readonly Task[]; claim?: { token: string } }>;
    const [task] = data.changed ?? [];
    state.known = sorted(
      command
        .after(state.known)
        .map((one) => (one.id === "?" && one.title === task?.title ? { ...one, id: task.id } : one)),
    );
    state.last = command.updates ? { op: meta.op as string, before: command.updates } : null;
    if (data.claim && task) state.tokens.set(task.id, data.claim.token);
    state.happened += 1;
  };

  const afterDeath = async (command: Command, key: string, said: string): Promise<Step> => {
    if (random.int(1, 2) === 1) {
      // A client that does not know says it once more: it has to happen once.
      const again = await run(command, key);
      if (again.code === 0) {
        acknowledge(command, again.stdout);
        await verify();
        return "retried";
      }
    }
    const there = await look();
    const [before, after] = [state.known, sorted(command.after(state.known))].map(print);
    state.last = null;
    const isSaid = said.endsWith("}\n");
    if (print(there) === after && before !== after) {
      state.known = there;
      state.happened += 1;
      return isSaid ? "said" : "unsaid";
    }
    if (print(there) === before && !isSaid) {
      state.known = there;
      return "nothing";
    }
    throw new Error(
      `${name} was killed in ${command.words.join(" ")}, had been told ${JSON.stringify(said)}, and finds\n${print(there)}\ninstead of\n${before}\nor\n${after}`,
    );
  };

  const verify = async (): Promise<void> => {
    const there = await look();
    if (print(there) !== print(state.known)) {
      throw new Error(`${name} was told\n${print(state.known)}\nand finds\n${print(there)}`);
    }
    state.known = there;
  };

  return {
    name,
    running: () => state.running,
    usualMs: () => state.usualMs ?? 0,
    happened: () => state.happened,
    verify,
    async step() {
      state.count += 1;
      const command = choose(name, state.count, state, random);
      const key = `${name}-${state.count}`;
      const ran = await run(command, key);
      if (ran.code === KILLED) return afterDeath(command, key, ran.stdout);
      acknowledge(command, ran.stdout);
      return "done";
    },
  };
}

const sorted = (known: Knowledge): Knowledge =>
  [...known].sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0));
/** Without ids: those of a command that nobody heard of are not known. */
const print = (known: Knowledge): string => known.map(({ id: _, ...one }) => JSON.stringify(one)).join("\n");

const replaced =
  (id: string, by: Partial<Known>) =>
  (before: Knowledge): Knowledge =>
    before.map((one) => (one.id === id ? { ...one, ...by } : one));

/** The next command of a writer: of those that can be done now, one by chance. */
function choose(
  name: string,
  count: number,
  {
    known,
    last,
    tokens,
  }: { known: Knowledge; last: { op: string; before: Known } | null; tokens: Map<string, string> },
  random: Random,
): Command {
  const title = `${name} ${String(count).padStart(5, "0")}`;
  const fresh = (as: string): Known => ({ id: "?", title: as, description: null, status: "todo", holder: null });
  const own = known.filter(({ id }) => id !== "?");
  const open = own.filter(({ status }) => status === "todo");
  const held = own.filter(({ id, holder }) => holder === name && tokens.has(id));
  const add: Command = { words: ["add", title, "-t", name], after: (before) => [...before, fresh(title)] };
  const can: (() => Command)[] = [
    () => add,
    () => {
      const titles = Array.from({ length: IMPORTED }, (_, n) => `${title}.${String(n).padStart(2, "0")}`);
      return {
        words: ["import", "-"],
        stdin: JSON.stringify(titles.map((one) => ({ title: one, tags: [name] }))),
        after: (before) => [...before, ...titles.map(fresh)],
      };
    },
  ];
  if (open.length > 0) {
    can.push(
      () => {
        const task = random.pick(open);
        return {
          words: ["update", task.id, "-d", `told ${count}`, "--priority", random.pick(["high", "low"])],
          after: replaced(task.id, { description: `told ${count}` }),
          updates: task,
        };
      },
      () => {
        const { id } = random.pick(open);
        return {
          words: ["claim", id, "--as", name, "--lease", "5h"],
          after: replaced(id, { status: "in-progress", holder: name }),
        };
      },
      () => {
        const { id } = random.pick(open);
        return { words: ["done", id], after: replaced(id, { status: "done" }) };
      },
    );
  }
  if (held.length > 0) {
    can.push(() => {
      const { id } = random.pick(held);
      return {
        words: ["done", id, "--claim", tokens.get(id)!],
        after: replaced(id, { status: "done", holder: null }),
      };
    });
  }
  // Twice, so that it is not left out: it is possible only right after an update.
  if (last !== null) {
    const { op, before } = last;
    const undo = (): Command => ({
      words: ["undo", "--op", op],
      after: replaced(before.id, { description: before.description }),
    });
    can.push(undo, undo);
  }
  return random.pick(can)();
}
