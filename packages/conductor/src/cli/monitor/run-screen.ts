/** The screen over a run that is driven by this very process. */
import type { App } from "../app.ts";
import { mayAsk } from "../may-talk.ts";
import { monitorSession } from "./monitor-session.ts";

/** Below this, cards are asked about in place, one after the other. */
const LEAST = { columns: 60, rows: 16 };

export interface RunScreen {
  /** What the run is to be driven with: while the screen is there, nothing is written over it. */
  readonly app: App;
  /** Opens it. The run goes on whatever becomes of it. */
  readonly start: (session: string) => void;
  /** Waits until its reader has left it, and says what was to be said meanwhile. */
  readonly end: () => Promise<void>;
}

/** Null where the terminal is none, or too small for it. */
export async function runScreen(app: App): Promise<RunScreen | null> {
  const { columns, rows } = app.world;
  if (!mayAsk(app) || app.world.env.CI) return null;
  if ((columns() ?? 0) < LEAST.columns || (rows() ?? 0) < LEAST.rows) return null;
  const screen = await app.world.monitorScreen();
  if (screen === null) return null;
  const notes: string[] = [];
  const heard = { by: null as ((text: string) => void) | null, open: null as Promise<void> | null };
  const note = (line: string): void => {
    if (heard.open === null) app.note(line);
    else {
      notes.push(line);
      heard.by?.(line);
    }
  };
  const onNote = (hear: (text: string) => void): (() => void) => {
    heard.by = hear;
    return () => {
      heard.by = null;
    };
  };
  return {
    // Its getters stay getters: what nobody asks for is not opened.
    app: Object.create(app, { note: { value: note } }) as App,
    start(session) {
      heard.open = monitorSession(app, { session, drives: true, onNote })
        .then(screen)
        .then((unsent) => {
          notes.push(...unsent);
        })
        .catch((error: unknown) => {
          notes.push(`the screen is gone: ${error instanceof Error ? error.message : String(error)}`);
        });
    },
    async end() {
      await heard.open;
      heard.open = null;
      for (const line of notes.splice(0)) app.note(line);
    },
  };
}
