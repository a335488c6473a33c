import { isWerkError } from "@taskwerk/contract/errors";
import type { TaskEvent } from "@taskwerk/contract/event";
import type { ListTasks } from "@taskwerk/contract/list-tasks";
import { makeOutput, wantsScreen } from "@taskwerk/terminal/output";
import { jsonOf } from "@taskwerk/terminal/print-success";
import { widthOf } from "@taskwerk/terminal/width";
import type { App } from "../app.ts";
import { isNarrow, printList } from "./print-list.ts";

/** A screen is drawn four times a second at most. */
const EVERY_MS = 250;
/** While nobody writes to the store, only whether somebody still reads and how late it is are looked at, this often. */
const IDLE_MS = 1_000;
/** A screen is drawn anew after this, because time passes too: `4m`, `due in 2 days`, a defer that ends. */
const REDRAW_MS = 30_000;
const EVENTS_AT_ONCE = 500;

/**
 * Shows a list until a signal comes, and answers that signal's exit code: on a terminal the list itself, drawn anew in place
 * when something changes; elsewhere one line for each event of a task that fits, or did before.
 */
export async function watchList(app: App, input: ListTasks): Promise<number> {
  const stop = { code: null as number | null };
  const stopped = app.world.stopped().then((code) => {
    stop.code = code;
  });
  const pace = (): Promise<unknown> => {
    const timer = { id: undefined as NodeJS.Timeout | undefined };
    const slept = new Promise<void>((resolve) => {
      timer.id = setTimeout(resolve, EVERY_MS);
    });
    return Promise.race([stopped, slept]).finally(() => clearTimeout(timer.id));
  };
  const store = await app.world.watchStore(app.target);
  const { output } = app;
  const step =
    output.isTTY && wantsScreen(output) && !output.quiet && !output.fields
      ? screenStep(app, input)
      : await eventStep(app, input);
  try {
    while (stop.code === null && app.world.stdout.isOpen?.() !== false) {
      await step();
      await pace();
      await Promise.race([stopped, store.next(IDLE_MS)]);
    }
  } finally {
    store.close();
  }
  return stop.code ?? 0;
}

/** Draws the list when something changed since it was drawn. */
function screenStep(app: App, input: ListTasks) {
  const state = { cursor: -1, drawnAt: 0, lines: 0 };
  const { world, globals, output } = app;
  return async (): Promise<void> => {
    const { cursor } = (await app.call("store.status", {})).data;
    const now = world.now().getTime();
    if (cursor === state.cursor && now - state.drawnAt < REDRAW_MS) return;
    const frame = { text: "" };
    const columns = world.columns();
    const framed = makeOutput({
      stdout: {
        write: (text) => {
          frame.text += text;
        },
      },
      stderr: world.stderr,
      isTTY: true,
      columns,
      env: world.env,
      now: world.now,
      color: globals.color,
    });
    // A frame that is higher than the screen cannot be drawn over.
    const fits = Math.max(3, (world.rows() ?? 24) - FOOTER_LINES);
    const limit = input.limit ? Math.min(input.limit, fits) : fits;
    await printList({ ...app, output: framed }, "task.list", { ...input, limit });
    const up = state.lines > 0 ? `\x1b[${state.lines}A\x1b[0J` : "";
    output.raw(up + frame.text);
    Object.assign(state, { cursor, drawnAt: now, lines: linesOf(frame.text, columns ?? 80) });
  };
}

/** The header, an empty line and two of words, and the line of the cursor. */
const FOOTER_LINES = 6;

/** How many lines of the screen a text takes. */
const linesOf = (text: string, columns: number): number =>
  text
    .split("\n")
    .slice(0, -1)
    // Styles take no room.
    .map((line) => Math.max(1, Math.ceil(widthOf(line.replace(/\x1b\[\d*m/g, "")) / columns)))
    .reduce((sum, lines) => sum + lines, 0);

/** Prints what happened since the last step to tasks that fit now, or did before it. */
async function eventStep(app: App, input: ListTasks) {
  const { cursor: _, limit: __, sort: ___, tree: ____, ...choice } = input;
  const narrow = isNarrow(input);
  const look = async () => {
    const { data, meta } = await app.call("task.list", { ...choice, limit: narrow ? 0 : 1 });
    return { fitting: new Set(data.map(({ id }) => id)), cursor: meta.cursor ?? 0 };
  };
  const state = await look();
  return async (): Promise<void> => {
    const { data } = await app
      .call("event.list", { since: state.cursor, limit: EVENTS_AT_ONCE })
      .catch(async (error: unknown) => {
        if (!isWerkError(error) || error.code !== "INVALID_QUERY") throw error;
        // The cursor is ahead: a backup that has seen less was put in the store's place.
        Object.assign(state, await look());
        return { data: [] };
      });
    const last = data.at(-1);
    if (!last) return;
    state.cursor = last.cursor;
    const before = state.fitting;
    if (narrow) state.fitting = (await look()).fitting;
    for (const event of data) {
      const fits = !narrow || before.has(event.subject) || state.fitting.has(event.subject);
      if (fits && event.type.startsWith("task.")) printEvent(app, event);
    }
  };
}

function printEvent({ output }: App, event: TaskEvent): void {
  const { subject, type, time, actor, session } = event;
  if (output.format === "json" || output.format === "ndjson") output.raw(`${jsonOf(event)}\n`);
  else if (output.quiet) output.rows([[subject]]);
  else output.rows([[time, type, subject, actor, session ?? ""]]);
}
