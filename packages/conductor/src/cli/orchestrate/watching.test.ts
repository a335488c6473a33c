import { expect, it } from "vitest";
import type { App } from "../app.ts";
import { watching } from "./watching.ts";

function told(): { readonly app: App; readonly notes: readonly string[] } {
  const notes: string[] = [];
  return { notes, app: { note: (text: string) => void notes.push(text) } as unknown as App };
}

it("looks again after a look that failed, and says so once", async () => {
  const { app, notes } = told();
  let looks = 0;
  const watch = watching(app, async () => {
    looks += 1;
    if (looks < 3) throw new Error(`no ${looks}`);
  });
  watch.start(async () => undefined);
  await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(3);
  expect(await watch.end()).toBe(true);
  expect(notes).toEqual(["what happens cannot be shown: no 1"]);
});

it("begins when it can, and looks at nothing before that", async () => {
  const { app, notes } = told();
  let tries = 0;
  let looks = 0;
  const watch = watching(app, async () => {
    expect(tries).toBe(3);
    looks += 1;
  });
  watch.start(async () => {
    tries += 1;
    if (tries < 3) throw new Error("nobody there");
  });
  await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(1);
  await watch.end();
  expect(tries).toBe(3);
  expect(notes).toEqual(["what happens cannot be shown: nobody there"]);
});
