import { describe, expect } from "vitest";
import { eachCase } from "../each-case.ts";
import { crashesOf, makeCrashProject, runThrough, wordsOf } from "./crash.ts";
import { keepProjects } from "./project.ts";

/** `npm run proof` dies before and after every event, and at a thousand pairs of them. */
const SEED = 20_261_128;
const COUNT = 3;
/** So many events a run of these tasks has at least. */
const EVENTS = 70;

describe(`a run with a rework, a question and a conflict (seed ${SEED})`, () => {
  const keep = keepProjects();
  eachCase(crashesOf(EVENTS, SEED, 2 * EVENTS + COUNT).slice(-COUNT), (_, at) => at === COUNT - 1)(
    "that dies $side event $event, and again, ends as one that nobody disturbed",
    async (crash) => {
      const { events } = await runThrough(keep(await makeCrashProject()), crash);
      expect(events, wordsOf(crash)).toBeGreaterThan(EVENTS);
    },
    400_000,
  );
});
