import type { ApiInfo } from "@taskwerk/contract/api-file";
import type { View } from "@taskwerk/terminal/print-success";
import type { Verb } from "../verb.ts";

interface Stopped {
  readonly stopped: boolean;
  readonly server: ApiInfo | null;
}

/** `api stop`: ends the server of this store, and is content when none runs. */
export const apiStopVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    app.refuseWhenReadonly("this ends a server");
    app.checkFields(STOPPED);
    const server = await (await app.world.api()).stop(app.target);
    app.show("api.stop", { stopped: server !== null, server }, STOPPED);
  },
};

const STOPPED: View<Stopped> = {
  fields: ["stopped"],
  known: ["stopped", "server"],
  items: ({ stopped, server }) => [{ stopped, server, id: server?.url ?? "" }],
  piped: "screen",
  screen: (output, { data: { server } }) =>
    output.line(server ? `Stopped ${server.url} (pid ${server.pid}).` : "No server was running."),
};
