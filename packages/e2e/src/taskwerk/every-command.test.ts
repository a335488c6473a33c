/** Flags that stand on every command: each command is typed with all of them, from another place. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { beginWalk, type Step, TOUR, verbOf, type Walk } from "./tour.ts";

let walk: Walk;
let names: string[];
let elsewhere: string;

beforeAll(async () => {
  walk = await beginWalk();
  elsewhere = join(walk.rig.env.HOME!, "elsewhere");
  await mkdir(elsewhere);
  names = (await walk.rig.data<{ name: string }[]>("help")).map(({ name }) => name);
});
afterAll(() => walk?.rig.remove());

const run = (step: Step, ...more: readonly string[]) =>
  walk.rig.run("taskwerk", [...walk.words(step), ...more], { cwd: elsewhere, stdin: step.stdin ?? "" });
/** Printed before anything is looked for: no store, no fields. */
const isEarly = ({ kind }: Step): boolean => /^(help|version)/.test(kind);

/** They stay until they are ended, and have stories of their own. */
const STAY = ["events tail", "mcp"];

describe("the walk", () => {
  it("comes by every command", () => {
    const walked = new Set(TOUR.map((step) => verbOf(step, names)));
    expect(names.filter((name) => !walked.has(name))).toEqual(STAY);
  });

  it.each(TOUR.map((step) => [step.args.join(" "), step] as const))("%s", async (_, step) => {
    const { rig } = walk;
    const failing = step.exit ?? 0;

    const kept = await run(step, "--readonly", "-C", rig.dir, "--json", "--debug", "--yes");
    const document = JSON.parse(kept.stdout);
    if (step.writes) expect([kept.code, document.error?.code]).toEqual([4, "READ_ONLY"]);
    else expect([kept.code, document.kind]).toEqual([failing, step.kind]);

    if (!isEarly(step) && step.kind !== "error") {
      const unknown = await run(step, "-C", rig.dir, "--fields", "nonsense", "--json");
      expect([unknown.code, JSON.parse(unknown.stdout).error?.given]).toEqual([2, "nonsense"]);
    }

    // Shown once: it is remembered for later steps, and of a token of the API no answer is kept under a key.
    const token = /^(claim\.take|token\.add)$/.test(step.kind);
    const own = step.args.includes("--session");
    const session =
      own || /undo|^task\.list$|ready|next|op\.list|^session/.test(step.kind) ? [] : ["--session", "walk"];
    const done = await run(
      step,
      ...["--store", join(rig.dir, ".taskwerk"), "--actor", "walker", "--yes", "--no-input", "--no-color", ...session],
      ...(step.writes && step.kind !== "token.add"
        ? ["--idempotency-key", step.args.join(" ") + String(TOUR.indexOf(step))]
        : []),
      token ? "--json" : "-q",
    );
    expect([done.code, done.stderr.includes("    at ")]).toEqual([failing, false]);
    if (token) walk.remember(JSON.parse(done.stdout));
    else if (!isEarly(step)) expect(done.stdout).not.toContain("\t");
    expect(`${done.stdout}${done.stderr}`).not.toContain("\x1b");
  });

  it("did everything once, however often it was refused before", async () => {
    const { data } = JSON.parse(
      (await run({ kind: "", args: ["search", "Crawl"] }, "-C", walk.rig.dir, "--json")).stdout,
    );
    expect(data).toHaveLength(1);
    expect(data[0].created_by).toBe("walker");
    expect((await run({ kind: "", args: ["db", "check"] }, "-C", walk.rig.dir)).code).toBe(0);
  });
});
