import { relative } from "node:path";
import type { App } from "../app.ts";

export interface DemoSummary {
  readonly session: string;
  readonly dir: string;
  /** How one gets there from where the demo was started. */
  readonly place: string;
  readonly landed: number;
  readonly tasks: number;
  readonly reds: number;
  readonly loops: number;
  readonly questions: number;
  readonly approvals: number;
  readonly seconds: number;
  readonly sandbox: string;
  readonly redTask: string | null;
  readonly exit: number;
}

/** What the journal says of the demo's run. */
export async function demoSummary(app: App, id: string, dir: string): Promise<DemoSummary> {
  const state = await (await app.journal()).state();
  const session = state.sessions.get(id)!;
  const attempts = [...state.attempts.values()].filter((attempt) => attempt.session === id);
  const decisions = [...state.decisions.values()].filter((one) => one.session === id);
  const ended = Date.parse(session.endedAt ?? app.world.now().toISOString());
  return {
    session: id,
    dir,
    place: relative(app.world.env.PWD ?? dir, dir) || dir,
    landed: state.landings.filter((landing) => landing.session === id).length,
    tasks: new Set(attempts.map(({ task }) => task)).size,
    reds: attempts.reduce((sum, { reds }) => sum + reds, 0),
    loops: state.loops.length,
    questions: decisions.filter((one) => one.state === "answered").length,
    approvals: decisions.filter((one) => one.state === "approved").length,
    seconds: Math.ceil((ended - Date.parse(session.startedAt)) / 1000),
    sandbox: session.sandbox,
    redTask: attempts.find(({ reds }) => reds > 0)?.task ?? null,
    exit: 0,
  };
}
