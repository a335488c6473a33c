import { describe, it } from "vitest";
import { sessionUndoIsExact, undoIsExact, undoKeepsSound } from "./test-undo.ts";

describe("undo", () => {
  it("after any change is as if it had never been, and its undo as if it had", () => undoIsExact(20), 180_000);

  it("of a whole session leaves what was there before it", () => sessionUndoIsExact(20), 180_000);

  it(
    "of any operation, whatever came later, refuses or leaves a store whose parts agree",
    () => undoKeepsSound(20),
    180_000,
  );
});
