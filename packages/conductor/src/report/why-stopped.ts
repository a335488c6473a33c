/** Why a session does not go on, as it is now. Pure. */
import type { RunState, SessionState } from "../model/state.ts";

const WAITS = /^waits for ([AQ]\d+(?:, [AQ]\d+)*)$/;

/** What was written down when it ended; cards that it waited for are told as they are now. Null when nothing was. */
export function whyStopped(state: RunState, session: SessionState): string | null {
  const reason = session.reason ?? session.stop?.reason ?? null;
  const cards = WAITS.exec(reason ?? "")?.[1]?.split(", ") ?? [];
  if (cards.length === 0) return reason;
  const open = cards.filter((id) => state.decisions.get(id)?.state === "open");
  if (open.length > 0) return `waits for ${open.join(", ")}`;
  const words = cards.map((id) => state.decisions.get(id)?.state ?? "void");
  return [...new Set(words)]
    .map((word) => {
      const ids = cards.filter((_, at) => words[at] === word);
      return `${ids.join(", ")} ${ids.length === 1 ? "is" : "are"} ${word}`;
    })
    .join("; ");
}
