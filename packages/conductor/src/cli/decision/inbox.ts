import { buildInbox, type Inbox } from "../../report/inbox.ts";
import { inboxText } from "../../report/inbox-text.ts";
import { factsOf } from "../facts.ts";
import { layoutOf, linesView } from "../lines-view.ts";
import type { Verb } from "../verb.ts";

/** `inbox`: what waits for a person, with enough to decide. */
export const inboxVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const state = await (await app.journal()).state();
    const facts = await factsOf(app, state);
    app.show<Inbox>(
      "inbox",
      buildInbox(state, facts),
      linesView((inbox, output) => inboxText(inbox, facts.now, layoutOf(output)), {
        items: (inbox) => inbox.cards.map((card) => ({ ...card })),
        fields: ["id", "kind", "task", "text"],
        known: ["id", "kind", "task", "text", "cards", "holds", "behind", "working", "toGo"],
      }),
    );
    return undefined;
  },
};
