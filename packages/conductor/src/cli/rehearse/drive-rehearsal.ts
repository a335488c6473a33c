import { type ChildProcess, spawn } from "node:child_process";
import { type ErrorBody, EXIT, thrownOf, WerkError } from "@taskwerk/contract/errors";
import type { Scenario } from "@taskwerk/rehearsal/scenario";
import type { Random } from "@taskwerk/rehearsal/seeded/random";
import type { App } from "../app.ts";
import type { Person } from "../demo/play-person.ts";
import { hasJournalAt } from "../system/has-journal.ts";
import { mayStaySilent } from "./replies-of.ts";

export interface DrivenRehearsal {
  readonly session: string;
  /** Where conductor was killed: the event of the journal, and whether before or after it was written. */
  readonly kills: readonly { readonly event: number; readonly side: "before" | "after" }[];
  /** How the last process ended. */
  readonly exit: number;
  readonly text: string;
}

/** A run that is gone on with more often than this goes nowhere. */
const MOST_STARTS = 200;
/** How long an interrupted conductor may take to put everything down. */
const PUT_DOWN_MS = 20_000;

interface RunSaid {
  readonly ok: boolean;
  readonly data?: { readonly session: string | null; readonly text: string };
  readonly error?: ErrorBody;
}

/**
 * Runs conductor in the place as a user does, as a process of its own, kills it where the scenario says so, and goes on until it
 * ends by itself. Throws what conductor says where no session came of it, INTERRUPTED when somebody stops the rehearsal.
 */
export async function driveRehearsal(
  app: App,
  scenario: Scenario,
  {
    random,
    person,
    onStart,
  }: { readonly random: Random; readonly person: Person; readonly onStart: (session: string) => void },
): Promise<DrivenRehearsal> {
  const kills: { event: number; side: "before" | "after" }[] = [];
  let session: string | null = null;
  person.start();
  for (let starts = 0; starts < MOST_STARTS; starts += 1) {
    const crash = await nextCrash(app, scenario, random, kills.length);
    const words = session === null ? runWords(scenario) : ["resume", session, ...wordsOf(scenario)];
    const ending = runOnce(
      app,
      words,
      crash === null ? {} : { CONDUCTOR_FAIL_AT: `${crash.side}-event:${crash.event}` },
    );
    const appeared = watchFor(app, (id) => {
      if (session === null) onStart(id);
      session ??= id;
    });
    const ended = await ending;
    await appeared.end();
    if (app.world.interrupted.aborted) throw new WerkError("INTERRUPTED", "the rehearsal was stopped.");
    if (ended.signal === "SIGKILL" && crash !== null) {
      kills.push(crash);
      continue;
    }
    const said = readSaid(ended.stdout);
    if (said?.ok === false && said.error?.code === "SESSION_NOT_FOUND" && session !== null)
      // It died at its very last word: nothing is left to go on with.
      return { session, kills, exit: EXIT.ok, text: "Finished before the last crash." };
    if (said?.ok !== true || session === null) throw refusal(said, ended);
    if (ended.code === EXIT.waiting && (await person.owes())) continue;
    return { session, kills, exit: ended.code ?? 1, text: said.data?.text ?? "" };
  }
  throw new Error(`the rehearsal was gone on with ${MOST_STARTS} times and did not end`);
}

const runWords = (scenario: Scenario): readonly string[] => [
  "run",
  "--auto",
  "--agent",
  scenario.provider === undefined ? "command" : "claude",
  "--concurrency",
  String(scenario.run?.concurrency ?? 3),
  ...wordsOf(scenario),
];

const wordsOf = (scenario: Scenario): readonly string[] => [
  ...(scenario.run?.budgetUsd === undefined ? [] : ["--budget", String(scenario.run.budgetUsd)]),
  ...["--until", "4h"],
  ...["--wait", mayStaySilent(scenario) ? "3s" : "5m"],
  "--allow-unsandboxed",
];

/** Where it is to die next; null where it is not. */
async function nextCrash(
  app: App,
  { crashes }: Scenario,
  random: Random,
  had: number,
): Promise<{ readonly event: number; readonly side: "before" | "after" } | null> {
  if (crashes === undefined || had >= crashes.count) return null;
  const head = hasJournalAt(app.root) ? await (await app.journal()).head() : 0;
  return { event: head + random.int(crashes.least, crashes.most), side: random.pick(["before", "after"] as const) };
}

interface EndedProcess {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One process of conductor to its end. When the rehearsal is stopped it is asked to put everything down, and then ended. */
function runOnce(app: App, words: readonly string[], more: Readonly<Record<string, string>>): Promise<EndedProcess> {
  const { world, globals } = app;
  const [node = "node", ...program] = world.program;
  const trust = globals.trustConfig === undefined ? [] : ["--trust-config", globals.trustConfig];
  const child: ChildProcess = spawn(node, [...program, ...words, "-C", app.cwd, ...trust, "--no-input", "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...world.env, ...more } as NodeJS.ProcessEnv,
    // Ctrl-C at this terminal is this process's to hear: it stops the other in order.
    detached: true,
  });
  const said = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said.stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said.stderr = (said.stderr + text).slice(-20_000);
  });
  const stop = (): void => {
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), PUT_DOWN_MS).unref();
  };
  world.interrupted.addEventListener("abort", stop, { once: true });
  if (world.interrupted.aborted) stop();
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      world.interrupted.removeEventListener("abort", stop);
      resolve({ code, signal, ...said });
    });
  });
}

const LOOK_EVERY = 200;

/** Tells the session once the journal has one. */
function watchFor(app: App, found: (session: string) => void): { end(): Promise<void> } {
  const look = async (): Promise<void> => {
    if (!hasJournalAt(app.root)) return;
    const id = [...(await (await app.journal()).state()).sessions.keys()].at(-1);
    if (id === undefined) return;
    clearInterval(timer);
    found(id);
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY);
  return {
    async end() {
      clearInterval(timer);
      await look();
    },
  };
}

function readSaid(text: string): RunSaid | null {
  try {
    return JSON.parse(text) as RunSaid;
  } catch {
    return null;
  }
}

function refusal(said: RunSaid | null, { code, signal, stderr }: EndedProcess): Error {
  if (said?.error === undefined)
    return new Error(`conductor ended with ${signal ?? code} and said: ${stderr.slice(-2_000)}`);
  return thrownOf({ ...said.error, message: `the run could not begin: ${said.error.message}` });
}
