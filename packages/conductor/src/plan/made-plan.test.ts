import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { Plan } from "../model/plan.ts";
import { loadPlan, plansDir, savePlan } from "./file.ts";
import { madeBefore, saveWithMade } from "./made-plan.ts";
import { samplePlan, sampleTask } from "./sample-plan.ts";

/** What was made of the documents the first time, and what of them when they had changed. */
const of = (sha256: string, title: string): Plan =>
  samplePlan([sampleTask("a", { title })], { sources: [{ path: "prd.md", sha256: sha256.repeat(64) }] });
const first = of("1", "First");
const second = of("2", "Second");

let root: string;
let file: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "made-"));
  file = join(plansDir(root), "prd.yaml");
  await saveWithMade(root, first, () => savePlan("", first, file));
});
const killed = new Error("killed");

describe("what was made of a plan's documents", () => {
  it("is kept with the plan, and nothing else is", async () => {
    expect(await madeBefore(root, await loadPlan(file))).toEqual(first);
    await saveWithMade(root, second, () => savePlan("", second, file));
    expect(await madeBefore(root, await loadPlan(file))).toEqual(second);
    expect(await readdir(join(plansDir(root), ".made"))).toEqual([`${first.id}.yaml`]);
  });

  it("is that of the old plan when all ended before the new one was saved", async () => {
    const before = await readFile(file, "utf8");
    await expect(saveWithMade(root, second, () => Promise.reject(killed))).rejects.toBe(killed);
    expect(await readFile(file, "utf8")).toBe(before);
    expect(await madeBefore(root, await loadPlan(file))).toEqual(first);
  });

  it("is that of the new plan when all ended right after it was saved", async () => {
    const save = async (): Promise<never> => {
      await savePlan("", second, file);
      throw killed;
    };
    await expect(saveWithMade(root, second, save)).rejects.toBe(killed);
    expect(await madeBefore(root, await loadPlan(file))).toEqual(second);
  });

  it("is unknown where nobody kept it", async () => {
    expect(await madeBefore(root, { ...first, id: "other" })).toBeNull();
  });
});
