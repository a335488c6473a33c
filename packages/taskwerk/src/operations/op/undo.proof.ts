import { describe, it } from "vitest";
import { sessionUndoIsExact, undoIsExact, undoKeepsSound } from "./test-undo.ts";

const seed = Number(process.env.PROOF_SEED ?? Date.now() % 1_000_000);
const count = Number(process.env.PROOF_COUNT ?? 500);

describe(`undo over ${count} random stories each (PROOF_SEED=${seed})`, () => {
  it("after any change is as if it had never been, and its undo as if it had", () => undoIsExact(count, seed));

  it("of a whole session leaves what was there before it", () => sessionUndoIsExact(count, seed));

  it("of any operation refuses or leaves a store whose parts agree", () => undoKeepsSound(count, seed));
});
