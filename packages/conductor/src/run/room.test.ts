import { expect, it } from "vitest";
import { refuseCramped, withInstalled } from "./room.ts";

const MB = 1024 * 1024;

it("counts installed packages in every clone and in the checkout beside it", () => {
  const bare = { cloneBytes: 5 * MB, withCheckoutBytes: 8 * MB, freeBytes: 500 * MB };
  expect(() => refuseCramped(bare, 2, "/state")).not.toThrow();
  const room = withInstalled(bare, 300 * MB);
  expect(room).toMatchObject({ cloneBytes: 305 * MB, withCheckoutBytes: 608 * MB });
  expect(() => refuseCramped(room, 2, "/state")).toThrow(/500 MB are free .* 2 of them may take 1266/);
});
