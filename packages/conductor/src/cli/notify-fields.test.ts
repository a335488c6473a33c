import { expect, it } from "vitest";
import { waysOf } from "./notify-fields.ts";

it("ways to tell people are those of the list, in its order; one that is switched off is none", () => {
  expect(
    waysOf({
      notify: [{ post: "https://ntfy.sh/x" }, { desktop: false }, { command: ["mail", "me"] }, { desktop: true }],
    }),
  ).toEqual([
    { kind: "post", url: "https://ntfy.sh/x" },
    { kind: "command", argv: ["mail", "me"] },
    { kind: "desktop" },
  ]);
  expect(waysOf({})).toEqual([]);
});
