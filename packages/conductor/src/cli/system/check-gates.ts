/** What `doctor` says of the gates. */
import { isWerkError } from "@taskwerk/contract/errors";
import type { Gate } from "../../model/gate.ts";
import { makeGateSets } from "../../run/gate-set.ts";
import { refuseUncommitted } from "../../run/preflight.ts";
import type { App } from "../app.ts";
import { configuredGates } from "../orchestrate/configured-gates.ts";
import type { Check } from "./check.ts";

type OpenRepository = Parameters<typeof refuseUncommitted>[1];

/** The gates that a run would judge by: those of the commit that is checked out. `open`: the repository. */
export async function gatesHere(
  app: App,
  open: () => Promise<OpenRepository>,
  check: (id: string, look: () => Promise<Omit<Check, "id">>) => Promise<void>,
): Promise<readonly Gate[]> {
  let gates: readonly Gate[] = [];
  await check("gates", async () => {
    const repository = await open();
    const start = await repository.resolve("HEAD");
    const configured = await configuredGates(app.configPlaces);
    const gateSets = makeGateSets(repository, {
      ...{ minCoverage: null, requireTests: false, timeoutMs: 0 },
      configured,
    });
    if (start !== null) {
      gates = (await gateSets(start)).gates;
      await refuseUncommitted(configured, repository, start).catch((error: unknown) => {
        // That the file itself cannot be read is said where the configuration is looked at.
        if (!isWerkError(error) || error.code !== "CONFIG_INVALID") throw error;
      });
    }
    return gates.length === 0
      ? { state: "warn", what: "none: the first task that brings some asks you", cure: null }
      : { state: "ok", what: `${gates.length}, on every piece of work`, cure: null };
  });
  return gates;
}

/** What is said of one: `npm test, read as vitest-json; package.json scripts.test`. */
export function lineOf({ run, parse, report, phases, required, network, origin }: Gate): Omit<Check, "id"> {
  const more = [
    ...(parse === "exit" ? [] : [`read as ${parse}${report === undefined ? "" : ` from ${report}`}`]),
    ...(phases.length === 1 ? [phases[0] === "pre" ? "before the queue only" : "on what would land only"] : []),
    ...(required ? [] : ["not required"]),
    ...(network ? ["with the network"] : []),
  ];
  return { state: "ok", what: `${[run, ...more].join(", ")}; ${origin}`, cure: null };
}
