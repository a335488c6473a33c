/** Why a session does not go on, as it is now. Pure. */
import { type RunState, type SessionState, STOP_ASKED } from "../model/state.ts";

const WAITS = /^waits for ([AQ]\d+(?:, [AQ]\d+)*)$/;

/** Who had it stop, how, and why; null where it ended for anything else. */
function askedToStop({ reason, stop }: SessionState): string | null {
  if (stop === null || (reason !== null && reason !== (stop.reason ?? STOP_ASKED))) return null;
  const how = { turn: "", "after-task": " when what ran was done", now: " at once" }[stop.mode];
  return `${stop.by} asked it to stop${how}${stop.reason === null ? "" : `: ${stop.reason}`}`;
}

/** What was written down when it ended; cards that it waited for are told as they are now. Null when nothing was. */
export function whyStopped(state: RunState, session: SessionState): string | null {
  const reason = session.reason ?? session.stop?.reason ?? null;
  const cards = WAITS.exec(reason ?? "")?.[1]?.split(", ") ?? [];
  if (cards.length === 0) return askedToStop(session) ?? reason;
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
