import type { App } from "../app.ts";
import { type EventLines, eventLines } from "../orchestrate/event-lines.ts";
import { liveRun } from "../orchestrate/live-run.ts";

const TITLE = "conductor demo    REHEARSAL: scripted agents, no key, no network, $0.00";

/** How the demo is shown while it runs: in place on a terminal, else a line for each thing that happens. */
export async function followDemo(
  app: App,
  counts: { readonly requirements: number; readonly tasks: number; readonly created: number },
): Promise<EventLines> {
  const { output, world } = app;
  const subtitle = `PRD ${counts.requirements} requirements > plan ${counts.tasks} tasks > taskwerk ${counts.created} tasks > 3 agents > gates > git`;
  const screen = output.isTTY ? await world.liveScreen() : null;
  if (screen) return liveRun(app, screen, { title: TITLE, subtitle });
  output.line(TITLE);
  output.line(subtitle);
  return eventLines(app);
}
