import { counted } from "../../model/counted.ts";
import { short } from "../../model/short.ts";
import type { App } from "../app.ts";
import { type EventLines, eventLines } from "../orchestrate/event-lines.ts";
import { liveRun } from "../orchestrate/live-run.ts";
import type { FoundScenario } from "./find-scenario.ts";
import type { Place } from "./make-place.ts";

/** How a rehearsal is shown while it goes on: in place on a terminal, else a line for each thing that happens. */
export async function followRehearsal(
  app: App,
  { from }: Place,
  { named }: FoundScenario,
  seed: number,
): Promise<EventLines> {
  const { output, world } = app;
  const title = `conductor rehearse ${named}    REHEARSAL: scripted, no key, no network, $0.00`;
  const left = from === null || from.changed === 0 ? "" : `, without your ${counted(from.changed, "changed file")}`;
  const where =
    from === null
      ? "An example project, for there is no repository here"
      : `A throw-away clone of ${from.branch}@${short(from.commit)}${left}`;
  const subtitle = `${where}. Seed ${seed}.`;
  const screen = output.isTTY ? await world.liveScreen() : null;
  if (screen) return liveRun(app, screen, { title, subtitle });
  output.line(title);
  output.line(subtitle);
  return eventLines(app);
}
