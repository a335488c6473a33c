import { WerkError } from "@taskwerk/contract/errors";
import type { Verb } from "../verb.ts";
import { apiView } from "./api-view.ts";

/** `api status`: the server of this store; exit 7 when none runs. */
export const apiStatusVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const info = await (await app.world.api()).find(app.target);
    if (!info) {
      throw new WerkError("TASKWERK_UNREACHABLE", "no server runs for this store.", {
        hint: "Start one:  taskwerk api start",
      });
    }
    app.show("api.status", info, apiView("Serving on", ["Stop it:  taskwerk api stop"]));
  },
};
