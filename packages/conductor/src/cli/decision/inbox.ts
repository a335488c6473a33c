import { notOpen } from "../../journal/close-decision.ts";
import { buildInbox, type Inbox } from "../../report/inbox.ts";
import { inboxText } from "../../report/inbox-text.ts";
import { cardFactsOf } from "../facts.ts";
import { layoutOf, linesView } from "../lines-view.ts";
import { type Verb, wordOf } from "../verb.ts";

/** `inbox`: what waits for a person, with enough to decide. */
export const inboxVerb: Verb<unknown> = {
  build: (command) => command.argument("[id]", "one card, e.g. A2; default all"),
  async run(app, [named]) {
    const state = await (await app.journal()).state();
    const facts = await cardFactsOf(app);
    const id = wordOf(named).toUpperCase();
    const inbox = buildInbox(state, facts, id === "" ? {} : { id });
    if (id !== "" && inbox.cards.length === 0) throw notOpen(state, id);
    app.show<Inbox>(
      "inbox",
      inbox,
      linesView((inbox, output) => inboxText(inbox, facts.now, layoutOf(output)), {
        items: (inbox) => inbox.cards.map((card) => ({ ...card })),
        fields: ["id", "kind", "task", "tasks", "text"],
        known: [
          "id",
          "kind",
          "task",
          "tasks",
          "text",
          "cards",
          "holds",
          "behind",
          "working",
          "interrupted",
          "toGo",
          "stuck",
        ],
      }),
    );
    return undefined;
  },
};
