import { EXIT, WerkError } from "@taskwerk/contract/errors";
import { scenarioModel } from "@taskwerk/rehearsal/model/scenario-model";
import { startModelServer } from "@taskwerk/rehearsal/model-server";
import { scenarioJsonSchema } from "@taskwerk/rehearsal/scenario-schema";
import { randomOf } from "@taskwerk/rehearsal/seeded/random";
import { jsonOf } from "@taskwerk/terminal/print-success";
import { buildReport } from "../../report/report.ts";
import { playPerson } from "../demo/play-person.ts";
import { factsOf } from "../facts.ts";
import { mayTalk } from "../may-talk.ts";
import { makeStore } from "../system/ensure-store.ts";
import { type Verb, wordOf } from "../verb.ts";
import { checkRehearsal } from "./check-rehearsal.ts";
import { driveRehearsal } from "./drive-rehearsal.ts";
import { fileWork } from "./file-work.ts";
import { findScenario } from "./find-scenario.ts";
import { followRehearsal } from "./follow-rehearsal.ts";
import { listScenarios } from "./list-scenarios.ts";
import { makePlace, requireAgent } from "./make-place.ts";
import { REHEARSAL, type Rehearsed } from "./rehearsed.ts";
import { repliesOf } from "./replies-of.ts";
import { showedBy, surprises } from "./showed.ts";
import { orphanedPlaces, sweepPlace } from "./sweep-places.ts";

/** `rehearse SCENARIO`: a scenario of scripted agents on a throw-away clone of the repository at hand, at no cost. */
export const rehearseVerb: Verb<{
  readonly list?: boolean;
  readonly schema?: boolean;
  readonly keep?: boolean;
  readonly seed?: string;
}> = {
  build: (command) =>
    command
      .argument("[scenario]", "a name of the library, or a YAML or JSON file")
      .option("--list", "the library, a line each")
      .option("--seed <number>", "the same order and the same crashes again")
      .option("--keep", "leave the clone where it is, to look at")
      .option("--schema", "the JSON Schema of a scenario file"),
  async run(outer, [given], { list, schema, keep = false, seed: seedGiven }) {
    if (schema) {
      outer.show("rehearse.schema", scenarioJsonSchema(), {
        fields: ["$id", "title"],
        known: ["$schema", "$id", "title", "type", "properties"],
        ids: () => ["scenario"],
        piped: "screen",
        screen: (output, { data }) => output.raw(`${output.isTTY ? JSON.stringify(data, null, 2) : jsonOf(data)}\n`),
      });
      return undefined;
    }
    if (list) {
      await listScenarios(outer);
      return undefined;
    }
    const named = wordOf(given);
    if (named === "")
      throw new WerkError("USAGE", "which scenario?", {
        hint: "All of them:  conductor rehearse --list     For example:  conductor rehearse happy-day",
        field: "scenario",
      });
    const seed = seedOf(seedGiven, outer.world.random);
    requireAgent(outer.world);
    const found = await findScenario(outer, named);
    for (const base of await orphanedPlaces(outer))
      await sweepPlace(outer, base).then(
        () => outer.note(`Removed ${base}, which a rehearsal that was killed has left.`),
        (error: unknown) => outer.note(`${base} stays: ${error instanceof Error ? error.message : String(error)}`),
      );
    const { scenario } = found;
    const model = scenario.provider === undefined ? null : await startModelServer(scenarioModel(scenario));
    try {
      const place = await makePlace(outer, found, model);
      const { app } = place;
      const person = playPerson(app, repliesOf(scenario), scenario.people?.afterMs ?? 500);
      let kept = false;
      try {
        const random = randomOf(seed);
        await makeStore(app);
        await app.journal(true);
        await fileWork(app, scenario, random);
        const live = mayTalk(outer.output) ? await followRehearsal(app, place, found, seed) : null;
        const driven = await driveRehearsal(app, scenario, {
          random,
          person,
          // Another process makes it, in a journal of its own: what was written before it was seen is news, too.
          onStart: (session) => live?.start(session, 0),
        }).finally(() => live?.end());
        const journal = await app.journal();
        const state = await journal.state();
        const report = buildReport(state, driven.session, await factsOf(app, state, "audit", driven.session));
        const showed = showedBy(await journal.read({ session: driven.session }), report, driven.kills.length);
        const checks = await checkRehearsal(place, report);
        const unexpected = surprises(showed, scenario.expect);
        const ok = unexpected.length === 0 && checks.every((one) => one.ok);
        kept = keep;
        if (kept) await place.keep();
        const data: Rehearsed = {
          scenario: scenario.name,
          named,
          seed,
          repository:
            place.from === null
              ? null
              : { root: place.from.root, commit: place.from.commit, changed: place.from.changed },
          session: driven.session,
          sandbox: report.session.sandbox,
          showed,
          kills: driven.kills,
          checks,
          unexpected,
          run: { exit: driven.exit, text: driven.text },
          kept: kept ? place.dir : null,
          exit: ok ? EXIT.ok : EXIT.incomplete,
        };
        outer.show<Rehearsed>("rehearse", data, REHEARSAL);
        return data.exit;
      } finally {
        person.stop();
        await app.close();
        if (!kept) await place.remove();
        if (app.world.interrupted.aborted) outer.note("Nothing of it is left.");
      }
    } finally {
      await model?.close();
    }
  },
};

/** Throws USAGE for what is no seed. */
function seedOf(given: string | undefined, random: () => number): number {
  if (given === undefined) return Math.floor(random() * 1_000_000);
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new WerkError("USAGE", `--seed: "${given}" is not a whole number from 0 up.`, { field: "seed", given });
}
