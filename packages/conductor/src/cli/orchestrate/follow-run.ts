import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import type { RunEnd } from "../../run/run.ts";
import type { App } from "../app.ts";
import { askInPlace } from "../decision/ask-in-place.ts";
import { mayTalk } from "../may-talk.ts";
import { endOfRun, nextAfter } from "./end-of-run.ts";
import { eventLines } from "./event-lines.ts";
import { type StartWish, startRun } from "./start-run.ts";

export interface RunAnswer {
  readonly session: string | null;
  readonly end: RunEnd | { readonly kind: "checked" };
  readonly exit: number;
  readonly text: string;
}

/** Starts or resumes a run, shows what happens as it happens, and answers its exit code. */
export async function followRun(app: App, wish: StartWish): Promise<number> {
  const live = mayTalk(app.output) ? eventLines(app) : null;
  const run = { session: null as string | null };
  const asking = wish.flags.interactive ? askInPlace(app, () => run.session) : null;
  try {
    const started = await startRun(app, {
      ...wish,
      onStart: (session) => {
        run.session = session;
        live?.start(session);
        wish.onStart?.(session);
      },
    });
    await live?.end();
    if (started.kind === "checked") {
      app.show<RunAnswer>(
        "run",
        { session: null, end: { kind: "checked" }, exit: 0, text: "All checks pass. Nothing was started." },
        answerView([]),
      );
      return 0;
    }
    const { session, end } = started.driven;
    const { code, text } = endOfRun(end, app.world.interruptedCode());
    app.show<RunAnswer>("run", { session, end, exit: code, text }, answerView(nextAfter(end)), { session });
    return code;
  } finally {
    asking?.end();
    await live?.end();
  }
}

const answerView = (next: readonly string[]): View<RunAnswer> => ({
  fields: ["session", "exit", "text"],
  known: ["session", "end", "exit", "text"],
  items: (answer) => [{ ...answer, id: answer.session }],
  piped: "screen",
  screen(output, { data }) {
    output.line(data.session === null ? data.text : `${data.session}  ${data.text}`);
    if (!output.isTTY || next.length === 0) return;
    output.line(dim("Next   "), next.join("     "));
  },
});
