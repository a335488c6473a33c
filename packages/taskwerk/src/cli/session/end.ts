import { type Verb, wordOf } from "../verb.ts";
import { sessionView } from "./session-view.ts";

/** `session end NAME`: it is over, until something is changed in its name again. */
export const sessionEndVerb: Verb<unknown> = {
  build: (command) => command.argument("<name>", "the session"),
  async run(app, [name]) {
    await app.perform("session.end", { session: wordOf(name) }, sessionView("ended"));
  },
};
