import type { App } from "../app.ts";
import { type EventLines, eventLines } from "../orchestrate/event-lines.ts";

/** How the demo is shown while it runs. */
export const followDemo = (app: App): EventLines => eventLines(app);
