/** Plays one try of a scenario in a clone: does the steps, and reports them as an agent would. */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Action, Step, Try, When } from "../scenario.ts";
import { daemon, shell } from "./shell.ts";
import type { SideChannel } from "./side-channel.ts";
import { answerInBrief, optionNamed, type Told } from "./told.ts";

export interface Stage {
  readonly told: Told;
  /** Whether the brief tells of an earlier try. */
  readonly rework: boolean;
  /** The clone. */
  readonly cwd: string;
  /** Where `from` starts. */
  readonly scenarioDir: string;
  readonly pace: number;
  /** Null: nobody listens. Questions get their default then, everything else is printed. */
  readonly channel: SideChannel | null;
  /** How many nudges have come so far. */
  nudges(): number;
  print(text: string): void;
  /** Ends this process by a signal. */
  die(signal: string): void;
  /** Makes this process not end on SIGTERM. */
  goDeaf(): void;
}

/** Ends the play. */
class Ended extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`ended with ${code}`);
    this.code = code;
  }
}

/** Plays a try to its end; answers the exit code. Rejects when a step does not fit the tree, or conductor goes away. */
export async function play(one: Try, stage: Stage): Promise<number> {
  const player = newPlayer(stage);
  try {
    const nudged = await player.all(one.steps, () => one.onNudge !== undefined && stage.nudges() > 0);
    if (nudged) await player.all(one.onNudge ?? []);
    await player.turn();
    return 0;
  } catch (error) {
    if (error instanceof Ended) return error.code;
    throw error;
  }
}

interface Player {
  /** Does steps until all are done or `stop` says so; answers whether it was stopped. */
  all(steps: readonly Step[], stop?: () => boolean): Promise<boolean>;
  /** Reports a turn, if anything was done or said since the last. */
  turn(): Promise<void>;
}

const FOREVER_MS = 2 ** 30;

function newPlayer(stage: Stage): Player {
  const { told, cwd, channel } = stage;
  const answers = new Map<string, string>();
  const used = { input_tokens: 0, output_tokens: 0, cost_usd: 0 };
  let since = 0;

  const fill = (text: string): string =>
    text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => {
      const own = { task: told.id, title: told.title, attempt: String(told.attempt) }[name];
      return answers.get(name) ?? own ?? whole;
    });
  const tell = async (op: string, fields: Readonly<Record<string, unknown>>): Promise<unknown> => {
    if (channel === null) return stage.print(`[${op}] ${Object.values(fields).join(" ")}`);
    return channel.ask({ op, ...fields });
  };
  const turn = async (): Promise<void> => {
    if (since === 0) return;
    since = 0;
    if (channel !== null) await channel.ask({ op: "turn" });
  };
  const useTool = async (name: string, input: string, output: string, ok: boolean): Promise<void> => {
    since += 1;
    await tell("tool", { name, input, output, ok });
    await turn();
  };
  const holds = (when: When | undefined): boolean =>
    when === undefined ||
    ((when.attempt ?? told.attempt) === told.attempt &&
      (when.rework ?? stage.rework) === stage.rework &&
      (when.nudged ?? stage.nudges() > 0) === stage.nudges() > 0 &&
      Object.entries(when.answers ?? {}).every(([name, value]) => answers.get(name) === value));

  async function write(action: Extract<Action, { write: string }>): Promise<void> {
    const path = resolve(cwd, action.write);
    await mkdir(dirname(path), { recursive: true });
    if (action.from !== undefined) {
      const source = resolve(stage.scenarioDir, action.from);
      if (action.fill === true) await writeFile(path, fill(await readFile(source, "utf8")));
      else await copyFile(source, path);
    } else {
      const { content = "" } = action;
      await writeFile(path, fill(typeof content === "string" ? content : `${content.join("\n")}\n`));
    }
    const text = await readFile(path, "utf8");
    await useTool("write", `${action.write}\n${text}`, `${text.split("\n").length} lines written`, true);
  }

  async function patch(action: Extract<Action, { patch: string }>): Promise<void> {
    const path = resolve(cwd, action.patch);
    const before = await readFile(path, "utf8");
    const parts = before.split(action.find);
    const ok = parts.length === 2;
    if (ok) await writeFile(path, parts.join(fill(action.replace)));
    const output = ok ? "replaced" : `found ${parts.length - 1} times`;
    await useTool("edit", `${action.patch}\n-${action.find}\n+${fill(action.replace)}`, output, ok);
    if (!ok) throw new Error(`${action.patch}: "${action.find}" is there ${parts.length - 1} times`);
  }

  async function run(command: string, expect?: "ok" | "fail"): Promise<void> {
    const { code, output } = await shell(command, cwd);
    await useTool("bash", command, code === 0 ? output : `${output}\nexit ${code}`, code === 0);
    if (expect !== undefined && (expect === "ok") !== (code === 0))
      throw new Error(`"${command}" ended with ${code}, expected ${expect}:\n${output.slice(-2_000)}`);
  }

  async function commit(message: string): Promise<void> {
    const script =
      'git add -A && { git diff --cached --quiet || git -c user.name="$1" -c user.email=agent@localhost commit -q -m "$0"; }';
    const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
    await run(`sh -c ${quoted(script)} ${quoted(fill(message))} 'Scripted agent'`, "ok");
  }

  async function ask(action: Extract<Action, { ask: string }>): Promise<void> {
    const { options = [], reversible = true } = action;
    const question = fill(action.ask);
    const otherwise = action.default ?? null;
    let answer = answerInBrief(told.brief, question);
    if (answer === null && channel === null) answer = otherwise ?? options[0] ?? "";
    if (answer === null) {
      const result = await tell("ask_human", { question, options, default: otherwise, reversible });
      const given = (result as { readonly answer?: unknown } | null)?.answer ?? result;
      answer = String(given ?? otherwise ?? "");
    }
    if (action.as !== undefined) answers.set(action.as, optionNamed(answer, options, action.default));
    since += 1;
  }

  async function repeat(action: Extract<Action, { times: number }>, stop: () => boolean): Promise<void> {
    const until = () => stop() || (action.untilNudged === true && stage.nudges() > 0);
    for (let n = 0; n < action.times && !until(); n += 1) await all(action.repeat, until);
  }

  async function act(action: Action, stop: () => boolean): Promise<void> {
    if ("say" in action) {
      stage.print(fill(action.say));
      since += 1;
    } else if ("sleep" in action) await sleep(action.sleep * stage.pace);
    else if ("write" in action) await write(action);
    else if ("patch" in action) await patch(action);
    else if ("delete" in action) {
      await rm(resolve(cwd, action.delete), { recursive: true });
      await useTool("delete", action.delete, "deleted", true);
    } else if ("run" in action) await run(fill(action.run), action.expect);
    else if ("commit" in action) await commit(action.commit);
    else if ("ask" in action) await ask(action);
    else if ("note" in action) await tell("task_note", { text: fill(action.note) });
    else if ("blocker" in action) await tell("report_blocker", { reason: fill(action.blocker) });
    else if ("tool" in action)
      await useTool(action.tool, fill(action.input ?? ""), fill(action.output ?? ""), action.ok ?? true);
    else if ("usage" in action) {
      used.input_tokens += action.usage.inputTokens;
      used.output_tokens += action.usage.outputTokens;
      used.cost_usd += action.usage.costUsd ?? 0;
      await tell("usage", used);
    } else if ("repeat" in action) await repeat(action, stop);
    else if ("awaitNudge" in action) {
      const { awaitNudge, count = 1 } = action;
      for (let waited = 0; waited < awaitNudge && stage.nudges() < count; waited += 20) await sleep(20);
    } else if ("claim" in action) {
      await turn();
      await tell("claim_done", { evidence: fill(action.claim) });
    } else if ("exit" in action) {
      await turn();
      throw new Ended(action.exit);
    } else if ("crash" in action) {
      stage.die(action.crash);
      await sleep(FOREVER_MS);
    } else if ("hang" in action) {
      if (action.hang === "deaf") stage.goDeaf();
      await turn();
      await sleep(FOREVER_MS);
    } else if ("daemon" in action) daemon(fill(action.daemon), cwd);
    else for (let left = action.flood; left > 0; left -= 1_024) stage.print("x".repeat(Math.min(left, 1_024) - 1));
  }

  async function all(steps: readonly Step[], stop: () => boolean = () => false): Promise<boolean> {
    for (const step of steps) {
      if (stop()) return true;
      if (holds(step.when)) await act(step, stop);
    }
    return stop();
  }

  return { all, turn };
}
