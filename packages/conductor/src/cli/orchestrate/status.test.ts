import { expect, it } from "vitest";
import type { App } from "../app.ts";
import { statusVerb } from "./status.ts";

it("gives the terminal back also when there is no looking any more", async () => {
  const drawn: string[] = [];
  const app = {
    output: { isTTY: true, format: "auto", quiet: false },
    world: {
      interrupted: new AbortController().signal,
      liveScreen: async () => ({ lines: () => undefined, update: () => undefined, end: () => void drawn.push("end") }),
    },
    get root(): string {
      throw new Error("the repository is gone");
    },
  } as unknown as App;
  await expect(statusVerb.run(app, [], { watch: true })).rejects.toThrow();
  expect(drawn).toEqual(["end"]);
});
