import type { Trouble } from "./trouble.ts";

/** Why an answer with this stop reason is none; null when it is one. */
export function stopTrouble(stop: string | null): Trouble | null {
  const final = (outcome: Extract<Trouble, { kind: "final" }>["outcome"], reason: string): Trouble => ({
    kind: "final",
    outcome,
    reason,
  });
  if (stop === "refusal") return final("refused", "it refused");
  if (stop === "max_tokens") return final("cut-off", "it reached max_tokens");
  if (stop === "model_context_window_exceeded") return final("too-long", "its context window is full");
  if (stop === "end_turn" || stop === "stop_sequence" || stop === "tool_use") return null;
  return final("malformed", `it ended with ${stop ?? "no reason"}`);
}
