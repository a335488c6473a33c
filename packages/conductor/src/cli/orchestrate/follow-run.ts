import type { View } from "@taskwerk/terminal/print-success";
import { hanging } from "../../report/layout.ts";
import { type LeftTask, leftOf } from "../../report/left.ts";
import { buildReport, type Report } from "../../report/report.ts";
import type { RunEnd } from "../../run/run.ts";
import type { App } from "../app.ts";
import { type Asking, askInPlace } from "../decision/ask-in-place.ts";
import { taskFactsOf } from "../facts.ts";
import { layoutOf } from "../lines-view.ts";
import { mayTalk } from "../may-talk.ts";
import { runScreen } from "../monitor/run-screen.ts";
import { nextLines } from "../next-lines.ts";
import type { StartWish } from "./check-wish.ts";
import { endOfRun, nextAfter } from "./end-of-run.ts";
import { type EventLines, eventLines } from "./event-lines.ts";
import { type PreflightData, preflightData } from "./preflight-data.ts";
import { startRun } from "./start-run.ts";

export interface RunAnswer {
  readonly session: string | null;
  readonly end: RunEnd | { readonly kind: "checked" };
  readonly exit: number;
  readonly text: string;
  /** What it could have landed and did not, and why. */
  readonly left: readonly LeftTask[];
  /** What the checks found, where they were all that was wanted. */
  readonly preflight?: PreflightData;
}

const LEFT_SHOWN = 5;

/** Starts or resumes a run, shows what happens as it happens, and answers its exit code. */
export async function followRun(app: App, wish: StartWish): Promise<number> {
  const run = { session: null as string | null };
  const screen = wish.flags.interactive && !wish.flags.dryRun ? await runScreen(app) : null;
  const live: EventLines | null =
    mayTalk(app.output) && screen === null ? eventLines(app, () => asking?.standing() ?? null) : null;
  const asking: Asking | null =
    wish.flags.interactive && screen === null
      ? askInPlace(
          app,
          () => run.session,
          async () => live?.catchUp(),
        )
      : null;
  try {
    const started = await startRun(screen?.app ?? app, {
      ...wish,
      onStart: (session) => {
        run.session = session;
        live?.start(session);
        screen?.start(session);
        wish.onStart?.(session);
      },
    });
    await live?.end();
    await screen?.end();
    if (started.kind === "checked") {
      app.show<RunAnswer>(
        "run",
        {
          session: null,
          end: { kind: "checked" },
          exit: 0,
          text: "All checks pass. Nothing was started.",
          left: [],
          preflight: preflightData(started.preflight, started.options, started.outlook),
        },
        answerView([]),
      );
      return 0;
    }
    const { session, end } = started.driven;
    const { code, text } = endOfRun(end, app.world.interruptedCode());
    const report = await reportOf(app, session);
    const left = end.kind === "finished" ? leftOf(report, app.world.now().toISOString(), layoutOf(app.output)) : [];
    const next = nextAfter(end, report.next);
    app.show<RunAnswer>("run", { session, end, exit: code, text, left }, answerView(next), { session });
    return code;
  } finally {
    asking?.end();
    await live?.end();
    await screen?.end();
  }
}

/** Where its tasks stand now that it is over. */
async function reportOf(app: App, id: string): Promise<Report> {
  const state = await (await app.journal()).state();
  return buildReport(state, id, await taskFactsOf(app, state, state.sessions.get(id)!));
}

const answerView = (next: readonly string[]): View<RunAnswer> => ({
  fields: ["session", "exit", "text"],
  known: ["session", "end", "exit", "text", "left", "preflight"],
  items: (answer) => [{ ...answer, id: answer.session }],
  piped: "screen",
  screen(output, { data }) {
    output.line(data.session === null ? data.text : `${data.session}  ${data.text}`);
    const { width } = layoutOf(output);
    for (const { id, why, command } of data.left.slice(0, LEFT_SHOWN)) {
      for (const line of hanging(`  ${id}  `, why, width)) output.line(line);
      if (command !== null) output.line(" ".repeat(id.length + 4), command);
    }
    if (data.left.length > LEFT_SHOWN) output.line(`  and ${data.left.length - LEFT_SHOWN} more: conductor status`);
    // The same command again would end as this one did: whoever reads it in a log has to see which would not.
    if (output.isTTY || data.end.kind === "budget") for (const line of nextLines(next, output)) output.line(line);
  },
});
