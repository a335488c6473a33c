import { type Verb, wordOf } from "../verb.ts";
import { sessionView } from "./session-view.ts";

/** `session start NAME`: begins one. A change made with --session NAME does so too. */
export const sessionStartVerb: Verb<unknown> = {
  build: (command) => command.argument("<name>", "what it is called"),
  async run(app, [name]) {
    await app.perform("session.start", { session: wordOf(name) }, sessionView("started"));
  },
};
