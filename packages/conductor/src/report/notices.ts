/** What people are told of an event while nobody looks. Pure. */
import { counted } from "../model/counted.ts";
import type { JournalEvent } from "../model/event.ts";
import type { Notice } from "../model/notice.ts";
import type { RunState } from "../model/state.ts";
import type { TaskFacts } from "./facts.ts";
import { buildInbox } from "./inbox.ts";
import { cardMessage } from "./inbox-text.ts";

/** Null for what is not worth a message. `name`: the repository's; `tasks`: what says how many a card holds. */
export function noticeOf(
  event: JournalEvent,
  state: RunState,
  name: string,
  tasks: readonly TaskFacts[] | null = null,
): Notice | null {
  switch (event.type) {
    case "decision.asked": {
      const { id, session, kind } = event.decision;
      // What was taken for granted, or answered in the same moment, waits for nobody.
      const [card] = buildInbox(state, { now: event.at, tasks, driven: true }, { id }).cards;
      if (card === undefined) return null;
      return {
        key: `${session} ${id}`,
        title: `${name}: ${kind === "question" ? "question" : "approval"} ${id} waits for you`,
        text: cardMessage(card, name),
        urgent: false,
      };
    }
    case "budget.reached": {
      const { session, scope, level, limitUsd, limitTokens, text } = event;
      // The end of the run says the rest.
      if (level !== "warn") return null;
      return {
        key: `${session} budget ${scope} ${limitUsd} ${limitTokens}`,
        title: `${name}: ${session} has spent most of a budget`,
        text: [text, "", ...(scope === "session" ? ["conductor resume --add 5"] : ["conductor status"])].join("\n"),
        urgent: false,
      };
    }
    case "account.paused": {
      const { session, account, agent = null, until, reason, at } = event;
      if (Date.parse(until) - Date.parse(at) < WORTH_TELLING) return null;
      return {
        key: `${session} ${account} ${until}`,
        title: `${name}: ${session} waits for the provider${agent === null ? "" : ` of ${agent}`} until ${until}`,
        text: [
          `${account}: ${reason}`,
          "No try is charged; it goes on by itself.",
          "",
          "conductor status",
          "Over already?  conductor continue --account",
        ].join("\n"),
        urgent: false,
      };
    }
    case "session.ended": {
      const { session, status, reason } = event;
      const landed = state.landings.filter((one) => one.session === session).length;
      const open = [...state.decisions.values()].filter((one) => one.state === "open").length;
      return {
        key: `${session} ended ${event.seq}`,
        title: `${name}: ${session} ${ENDS[status]}`,
        text: [
          `${counted(landed, "task")} landed${open === 0 ? "" : `, ${counted(open, "card waits", "cards wait")} for you`}`,
          ...(reason === null ? [] : [reason]),
          "",
          open === 0 ? "conductor report" : "conductor inbox",
        ].join("\n"),
        urgent: true,
      };
    }
    default:
      return null;
  }
}

/** A provider that waits for less, milliseconds, is no news. */
const WORTH_TELLING = 5 * 60_000;

const ENDS = { active: "goes on", paused: "is paused", completed: "has ended", failed: "has failed" } as const;
