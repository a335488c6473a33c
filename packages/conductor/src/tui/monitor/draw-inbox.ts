/** The cards: a list of them, and the one where the reader is with enough to decide. Pure. */
import { widthOf } from "@taskwerk/terminal/width";
import { counted } from "../../model/counted.ts";
import { WAYS_TO_BEGIN } from "../../model/first-run.ts";
import type { Card } from "../../report/inbox.ts";
import { cardBody, cardLine } from "../../report/inbox-text.ts";
import { duration } from "../../report/times.ts";
import { firstShown } from "../frame.ts";
import { column, EMPTY, type Line, line, piece } from "../line.ts";
import { entryLine } from "./entry-line.ts";
import type { Box } from "./layout.ts";
import { cardAt, cardsOf, type MonitorState, shownCards } from "./state.ts";

export function drawCards(state: MonitorState, { width, height }: Box): readonly Line[] {
  const cards = shownCards(state);
  const at = cards.findIndex(({ id }) => id === state.card);
  const first = firstShown(cards.length, at, height);
  const asks = new Map(cards.map((card) => [card.id, askersIn(card, Math.max(11, Math.floor(width / 3)))]));
  const asked = Math.max(11, ...[...asks.values()].map(widthOf));
  return cards.slice(first, first + height).map((card) => {
    const age = duration(card.ageMs).padStart(6);
    // The card itself says it, too.
    const right = width < 56 ? age : `${age}  frees ${String(card.frees.length).padStart(2)}`;
    const left = `${card.id.padEnd(4)} ${column(asks.get(card.id) ?? card.task, asked)} `;
    const room = Math.max(4, width - 2 - left.length - right.length - 2);
    return entryLine(card.id === state.card, width, [
      piece(left, card.kind === "approval" ? "yours" : "busy"),
      piece(column(cardLine(card), room)),
      piece(`  ${right}`, "quiet"),
    ]);
  });
}

/** Those who ask that have room, and how many more; the card itself names them all. */
function askersIn({ tasks }: Card, room: number): string {
  for (let count = tasks.length; count > 1; count -= 1) {
    const more = count === tasks.length ? "" : ` +${tasks.length - count}`;
    const text = `${tasks.slice(0, count).join(" ")}${more}`;
    if (widthOf(text) <= room) return text;
  }
  return `${tasks[0] ?? ""}${tasks.length > 1 ? ` +${tasks.length - 1}` : ""}`;
}

/** What there is to know of the card; what to do where there is none. */
export function drawCard(state: MonitorState, width: number): readonly Line[] {
  const card = cardAt(state);
  if (card === undefined) return nothing(state);
  const [first = "", ...rest] = cardBody(card, state.look.now, { width, zone: state.zone });
  return [line(first, "bold"), ...rest.map((text) => line(text))];
}

function nothing(state: MonitorState): readonly Line[] {
  if (cardsOf(state).length > 0) return [line("No card has these words. Esc shows all.", "quiet")];
  if (state.look.run === null) return WAYS_TO_BEGIN.split("\n").map((text) => line(text, "plain"));
  const { working, counts, failed } = state.look.run.status;
  const toGo = counts.byState["to-go"] ?? 0;
  return [
    failed.length === 0
      ? line("Nothing needs you.", "good")
      : line(`No card is open. ${counted(failed.length, "task")} failed or blocked: 2 shows which.`, "yours"),
    EMPTY,
    line(`${counted(working.length, "task")} at work, ${toGo} to go.  2 shows the tasks.`, "quiet"),
  ];
}
