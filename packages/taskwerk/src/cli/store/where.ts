import type { View } from "@taskwerk/terminal/print-success";
import type { Verb } from "../verb.ts";

/** `where`: the store directory that is meant here. */
export const whereVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    if (app.world.remote) throw (await import("../remote/remote-world.ts")).localOnly(app.world.remote);
    app.show("store.where", { store: await app.world.locateStore(app.target) }, WHERE);
  },
};

const WHERE: View<{ readonly store: string }> = {
  fields: ["store"],
  known: ["store"],
  items: ({ store }) => [{ store, id: store }],
  screen: (output, { data }) => output.line(data.store),
};
