import { spawn } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import { WerkError } from "@taskwerk/contract/errors";
import type { App } from "../app.ts";
import { driverOf } from "../system/has-journal.ts";
import type { Verb } from "../verb.ts";
import { checkWish } from "./check-wish.ts";
import { type RunFlags, withRunFlags } from "./run-flags.ts";
import { backgroundLog } from "./start-run.ts";

interface Background {
  readonly session: string;
  readonly pid: number;
  readonly log: string;
}

/** `start`: a run in the background; the rules of `--auto` hold. */
export const startVerb: Verb<RunFlags> = {
  build: withRunFlags,
  async run(app, _, flags) {
    const { world } = app;
    if (flags.dryRun || flags.interactive)
      throw new WerkError(
        "USAGE",
        `--${flags.dryRun ? "dry-run" : "interactive"} is not for a run in the background.`,
        {
          hint: "In the foreground:  conductor run",
          field: flags.dryRun ? "dry-run" : "interactive",
        },
      );
    // Nothing is made for a run that cannot start.
    await checkWish(app, { flags: { ...flags, auto: true }, resume: null });
    const driver = await driverOf(app);
    if (driver !== null)
      throw new WerkError(
        "SESSION_ACTIVE",
        `${driver.session ?? "a run"} goes on here already (process ${driver.pid})`,
        {
          hint: "Watch it:  conductor status     Stop it:  conductor stop",
        },
      );
    const journal = await app.journal(true);
    const before = (await journal.state()).sessions.size;
    const log = backgroundLog(app);
    await mkdir(app.stateDir, { recursive: true, mode: 0o700 });
    const file = await open(log, "w", 0o600);
    const [node = "node", ...program] = world.program;
    const words = wordsFor(world.argv);
    const child = spawn(
      node,
      [...program, "orchestrate", "run", ...words, ...(words.includes("--auto") ? [] : ["--auto"]), "--no-input"],
      {
        // Where -C counts from.
        cwd: world.cwd,
        detached: true,
        stdio: ["ignore", file.fd, file.fd],
        env: { ...world.env } as NodeJS.ProcessEnv,
      },
    );
    const ended = { code: null as number | null, done: false };
    child.once("exit", (code) => Object.assign(ended, { code, done: true }));
    child.once("error", () => Object.assign(ended, { done: true }));
    child.unref();
    await file.close();
    for (;;) {
      const session = [...(await journal.state()).sessions.values()].at(before);
      if (session) {
        app.show<Background>("run.start", { session: session.id, pid: child.pid ?? 0, log }, STARTED);
        return undefined;
      }
      if (ended.done) throw await refusal(log, ended.code);
      if (world.interrupted.aborted) {
        child.kill("SIGTERM");
        throw new Error("interrupted while it was started");
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  },
};

/** The command line of the run itself, as it was typed; its output goes to a log for people. */
function wordsFor(argv: readonly string[]): readonly string[] {
  const own = new Set(["orchestrate", "start", "--json", "-q", "--quiet"]);
  return argv.filter(
    (word, at) => !own.has(word) && word !== "--format" && argv[at - 1] !== "--format" && !word.startsWith("--format="),
  );
}

async function refusal(log: string, code: number | null): Promise<WerkError> {
  const text = await readFile(log, "utf8").catch(() => "");
  const said = /error ([A-Z_]+): (.*)/.exec(text);
  return new WerkError(
    (said?.[1] ?? "INTERNAL") as never,
    said?.[2] ?? `the run ended at once with exit code ${code}`,
    { hint: `What it said:  ${log}` },
  );
}

const STARTED = {
  fields: ["session", "pid", "log"],
  known: ["session", "pid", "log"],
  items: (data: Background) => [{ ...data, id: data.session }],
  piped: "screen" as const,
  screen(output: App["output"], { data }: { readonly data: Background }) {
    output.line(`${data.session} runs in the background (process ${data.pid}).`);
    if (output.isTTY) output.line("Next   conductor status     conductor inbox     conductor stop");
  },
};
