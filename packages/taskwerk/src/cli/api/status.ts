import { WerkError } from "@taskwerk/contract/errors";
import type { Verb } from "../verb.ts";
import { apiView } from "./api-view.ts";

/** `api status`: the server of this store; exit 7 when none runs, or it does not answer. */
export const apiStatusVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const found = await (await app.world.api()).find(app.target);
    if (!found) {
      throw new WerkError("TASKWERK_UNREACHABLE", "no server runs for this store.", {
        hint: "Start one:  taskwerk api start",
      });
    }
    const { info, answers } = found;
    if (!answers) {
      throw new WerkError(
        "TASKWERK_UNREACHABLE",
        `the server of this store (pid ${info.pid}) does not answer at ${info.url}.`,
        {
          hint: `End it:  taskwerk api stop\nWhat is it doing?  ps -fp ${info.pid}`,
          details: { url: info.url, pid: info.pid },
        },
      );
    }
    app.show("api.status", info, apiView("Serving on", ["Stop it:  taskwerk api stop"]));
  },
};
