import { describe, expect, it } from "vitest";
import { landingMessage } from "./message.ts";
import { pickMessage } from "./pick-message.ts";

const landed = landingMessage({
  task: "TASK-001",
  title: "Credit notes",
  session: "run-1",
  assumed: ["After 14 days"],
  receipts: [{ id: "r1", gate: "test", result: "pass" }],
});

describe("the message of a picked commit", () => {
  it("says what the landing said, what it landed as, and no receipt of another tree", () => {
    const receipts = [{ id: "r9", gate: "test", result: "pass" as const }];
    expect(pickMessage(landed, { landing: "4be1c02", receipts })).toBe(
      "feat: Credit notes\n\n[ASSUMED] After 14 days\n\nTask: TASK-001\nSession: run-1\nLanded-as: 4be1c02\nReceipt: test pass r9\n",
    );
    expect(pickMessage(landed, { landing: "4be1c02", receipts: [] })).not.toContain("Receipt");
  });
});
