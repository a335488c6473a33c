import type { Config } from "@taskwerk/config/layers";
import type { ConfigRecord } from "@taskwerk/config/schema";
import { type Configured, type ConfiguredGate, GATE_PARSERS, type GateParser } from "../../model/gate.ts";
import type { GateSetOptions } from "../../run/gate-set.ts";
import { millisecondsOf } from "../plan/make-plan.ts";
import { type ConfigPlaces, configReader, REPOSITORY_FILE } from "../read-config.ts";

/** Reads what is configured of gates where some files are: the user's own file as it is now, and over it the repository's there. */
export async function configuredGates(places: ConfigPlaces): Promise<GateSetOptions["configured"]> {
  const readAt = await configReader(places);
  return async (files) => configuredIn(await readAt(await files.readFile(REPOSITORY_FILE)));
}

function configuredIn({ values, sources }: Pick<Config, "values" | "sources">): Configured {
  const records = (values.gates ?? []) as readonly ConfigRecord[];
  return {
    gates: records.map((record) => gateIn(record, sources[`gates.${record.id}`] ?? "the configuration")),
    detect: values.gates_detect !== false,
  };
}

function gateIn(record: ConfigRecord, source: string): ConfiguredGate {
  const { id, run, when, phase, required, timeout, network, parse, report } = record;
  return {
    id: String(id),
    run: String(run),
    when: Array.isArray(when) ? when : [],
    phases: phase === "pre" || phase === "merged" ? [phase] : ["pre", "merged"],
    required: required !== false,
    timeoutMs: typeof timeout === "string" ? millisecondsOf(timeout, `gates ${id} timeout`) : null,
    network: network === true,
    parse: GATE_PARSERS.find((one): one is GateParser => one === parse) ?? "exit",
    report: typeof report === "string" ? report : null,
    origin: `gates in ${source}`,
  };
}
