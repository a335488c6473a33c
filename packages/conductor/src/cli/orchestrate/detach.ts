/** A run that goes on when the terminal it was begun at is closed. */
import { spawn } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import { WerkError } from "@taskwerk/contract/errors";
import type { Session } from "../../model/run.ts";
import { momentAfter } from "../../report/times.ts";
import type { App } from "../app.ts";
import type { GlobalFlags } from "../globals.ts";
import { layoutOf } from "../lines-view.ts";
import { nextLines } from "../next-lines.ts";
import { checkWish } from "./check-wish.ts";
import { detachedWords } from "./detached-words.ts";
import { limitWords } from "./limit-words.ts";
import type { RunFlags } from "./run-flags.ts";
import { backgroundLog } from "./start-run.ts";

interface Background {
  readonly session: string;
  readonly pid: number;
  readonly log: string;
  readonly paidBy: string;
  readonly limits: {
    readonly budgetUsd: number | null;
    readonly budgetTokens: number | null;
    readonly until: string | null;
  };
}

/**
 * Starts it in the background, under the rules of `--auto`, and answers once it drives. `resume`: the session to go on with.
 * `spentUsd`: what planning has cost.
 */
export async function startDetached(
  app: App,
  flags: RunFlags & GlobalFlags,
  resume: string | null,
  spentUsd = 0,
): Promise<undefined> {
  const { world } = app;
  if (flags.dryRun || flags.interactive)
    throw new WerkError("USAGE", `--${flags.dryRun ? "dry-run" : "interactive"} is not for a run in the background.`, {
      hint: "In the foreground:  conductor run",
      field: flags.dryRun ? "dry-run" : "interactive",
    });
  // Nothing is made for a run that cannot start.
  const { options } = await checkWish(app, { flags: { ...flags, auto: true }, resume, spentUsd });
  const journal = await app.journal(true);
  const log = backgroundLog(app);
  await mkdir(app.stateDir, { recursive: true, mode: 0o700 });
  const file = await open(log, "w", 0o600);
  const [node = "node", ...program] = world.program;
  // What planning has cost counts.
  const words = detachedWords(flags, { resume, budgetUsd: spentUsd > 0 ? options.budgetUsd : null });
  const child = spawn(node, [...program, ...words], {
    // Where -C counts from.
    cwd: world.cwd,
    detached: true,
    stdio: ["ignore", file.fd, file.fd],
    env: { ...world.env } as NodeJS.ProcessEnv,
  });
  const ended = { code: null as number | null, done: false };
  child.once("exit", (code) => Object.assign(ended, { code, done: true }));
  child.once("error", () => Object.assign(ended, { done: true }));
  child.unref();
  await file.close();
  for (;;) {
    const now = await journal.currentDriver();
    const session = now?.pid === child.pid ? (now?.session ?? null) : null;
    // A run may be over before anybody has looked.
    const known = session ?? (ended.done && ended.code !== null ? await begunSince(app, resume, log) : null);
    if (known !== null) {
      const { paidBy, options: its } = (await journal.state()).sessions.get(known)!;
      const { budgetUsd, budgetTokens = null, until } = its;
      app.show<Background>(
        "run.start",
        { session: known, pid: child.pid ?? 0, log, paidBy, limits: { budgetUsd, budgetTokens, until } },
        STARTED,
      );
      return undefined;
    }
    if (ended.done) throw await refusal(log, ended.code);
    if (world.interrupted.aborted) {
      child.kill("SIGTERM");
      throw new Error("interrupted while it was started");
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The session that a run which has ended already had begun; null where it had begun none. */
async function begunSince(app: App, resume: string | null, log: string): Promise<string | null> {
  const text = await readFile(log, "utf8").catch(() => "");
  if (/^error [A-Z_]+: /m.test(text)) return null;
  const last: Session | undefined = [...(await (await app.journal()).state()).sessions.values()].at(-1);
  return resume ?? last?.id ?? null;
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
  known: ["session", "pid", "log", "paidBy", "limits"],
  items: (data: Background) => [{ ...data, id: data.session }],
  piped: "screen" as const,
  screen(output: App["output"], { data }: { readonly data: Background }) {
    const { until } = data.limits;
    const limits = [
      ...limitWords(data.limits),
      ...(until === null ? [] : [`until ${momentAfter(until, new Date().toISOString(), layoutOf(output).zone)}`]),
    ];
    output.line(`${data.session} runs in the background (process ${data.pid}).`);
    output.line(`Paid by ${data.paidBy}; limits: ${limits.join(", ")}. What it says: ${data.log}`);
    if (!output.isTTY) return;
    for (const line of nextLines(["conductor status", "conductor wait", "conductor stop"], output)) output.line(line);
  },
};
