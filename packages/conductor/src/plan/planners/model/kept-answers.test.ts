import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ComputedTurn, Turn } from "@taskwerk/rehearsal/model/script";
import type { ModelServer } from "@taskwerk/rehearsal/model-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claudeApiTransport } from "../claude-api/transport.ts";
import { answerStore } from "./answer-store.ts";
import { questionOf, sampleAnswer, sampleTask } from "./sample-answers.ts";
import { bodies, MODEL, model, type Run, run } from "./test-model.ts";

const NAMES = ["Crawl", "Limit", "Retry", "Report", "Cache"];
const chapter = (name: string, more = "") =>
  `## ${name}\n\nThe tool must ${name.toLowerCase()} links politely.${more}\n`;
const prd = (chapters: readonly string[]) => `# Link checker\n\nIt checks links.\n\n${chapters.join("\n")}`;

/** One large task for each chapter that is asked about, split in two. */
const byChapter = ({ text, body }: Parameters<ComputedTurn>[0]): Turn => {
  const question = questionOf(body);
  const split = /Split the task ([\w.-]+)/.exec(question)?.[1];
  if (split !== undefined) return { json: sampleAnswer([sampleTask("one"), sampleTask("two")]) };
  const changed = /New or changed:\n([\s\S]*?)\n\nAnswer only/.exec(question)?.[1];
  const where =
    changed ?? (question.includes("Nothing was added") ? "" : /<document[^>]*>([\s\S]*?)<\/document>/.exec(text)?.[1]);
  const names = [...(where ?? "").matchAll(/The tool must (\w+) links politely/g)].map(([, name = ""]) => name);
  const ids = new Map(
    [...text.matchAll(/^(\S+) \(must\): The tool must (\w+) links/gm)].map(([, id = "", name = ""]) => [name, id]),
  );
  return {
    json: sampleAnswer(
      names.map((name) =>
        sampleTask(name, {
          complexity: 8,
          requirements: [ids.get(name) ?? ""],
          source_quote: `The tool must ${name} links politely`,
        }),
      ),
    ),
  };
};

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "kept-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const write = (text: string) => writeFile(join(dir, "prd.md"), text);
const plan = (server: ModelServer, more: Run = {}) =>
  run(claudeApiTransport({ apiKey: "k", model: MODEL, baseURL: server.url }), {
    paths: ["prd.md"],
    cwd: dir,
    ...more,
    options: { store: answerStore(join(dir, "answers")), ...more.options },
  });
const keysOf = ({ plan: { tasks } }: Awaited<ReturnType<typeof plan>>) => tasks.map(({ key }) => key);
const parts = (name: string) => [name, `${name}.one`, `${name}.two`];
/** What was asked, in a few words. */
const asked = (server: ModelServer, from = 0) =>
  bodies(server)
    .slice(from)
    .map(
      (body) => /^(?:Make the first level|The documents have changed)|Split the task \w+/m.exec(questionOf(body))?.[0],
    )
    .toSorted();

describe("a second run", () => {
  it("of the same document asks nothing and makes the same plan", async () => {
    const server = await model(byChapter);
    await write(prd(NAMES.map((name) => chapter(name))));
    const first = await plan(server);
    expect(server.requests).toHaveLength(6);
    const progress: { calls: number; kept: number | undefined; usd: number | null }[] = [];
    const second = await plan(server, {
      onProgress: ({ calls, kept, usage }) => progress.push({ calls, kept, usd: usage.usd }),
    });
    expect(second.plan.tasks).toEqual(first.plan.tasks);
    expect(server.requests).toHaveLength(6);
    expect(progress.at(-1)).toEqual({ calls: 0, kept: 6, usd: 0 });
  });

  it("asks only about the one span that changed, and its tasks", async () => {
    const server = await model(byChapter);
    await write(prd(NAMES.map((name) => chapter(name))));
    const first = await plan(server);
    await write(prd(NAMES.map((name) => chapter(name, name === "Retry" ? " At most three times." : ""))));
    const second = await plan(server);
    expect(asked(server, 6)).toEqual(["Split the task retry", "The documents have changed"]);
    const revision = bodies(server)
      .map(questionOf)
      .find((question) => question.startsWith("The documents have changed"))!;
    expect(revision).toContain("prd.md#L15: The tool must retry links politely. At most three times.");
    expect(revision).not.toContain("links politely.\n\n## Limit");
    expect(keysOf(second)).toEqual(keysOf(first));
    expect(second.plan.tasks.find(({ key }) => key === "retry")?.quote).toContain("At most three times");
  });

  it("asks about a span that is new, puts its tasks where it stands, and leaves the others", async () => {
    const server = await model(byChapter);
    await write(prd(["Crawl", "Limit", "Report", "Cache"].map((name) => chapter(name))));
    await plan(server);
    await write(prd(NAMES.map((name) => chapter(name))));
    const second = await plan(server);
    expect(asked(server, 5)).toEqual(["Split the task retry", "The documents have changed"]);
    expect(keysOf(second)).toEqual(["crawl", "limit", "retry", "report", "cache"].flatMap(parts));
  });

  it("drops the tasks of a span that is gone, with one question", async () => {
    const server = await model(byChapter);
    await write(prd(NAMES.map((name) => chapter(name))));
    await plan(server);
    await write(prd(NAMES.filter((name) => name !== "Retry").map((name) => chapter(name))));
    const second = await plan(server);
    expect(asked(server, 6)).toEqual(["The documents have changed"]);
    expect(keysOf(second)).toEqual(["crawl", "limit", "report", "cache"].flatMap(parts));
  });

  it("goes back to what was before without a question", async () => {
    const server = await model(byChapter);
    const before = prd(NAMES.map((name) => chapter(name)));
    await write(before);
    const first = await plan(server);
    await write(prd(NAMES.slice(1).map((name) => chapter(name))));
    await plan(server);
    const { length } = server.requests;
    await write(before);
    expect(keysOf(await plan(server))).toEqual(keysOf(first));
    expect(server.requests).toHaveLength(length);
  });

  it("begins anew when most of the document is another, or the model is", async () => {
    const server = await model(byChapter);
    await write(prd(NAMES.map((name) => chapter(name))));
    await plan(server);
    await write(prd(NAMES.map((name) => chapter(`${name}er`, " Twice."))));
    await plan(server);
    expect(asked(server, 6)[0]).toBe("Make the first level");
    const other = claudeApiTransport({ apiKey: "k", model: "claude-haiku-5-5", baseURL: server.url });
    const { length } = server.requests;
    await run(other, { paths: ["prd.md"], cwd: dir, options: { store: answerStore(join(dir, "answers")) } });
    expect(server.requests.length - length).toBe(6);
  });

  it("asks again for an answer that was damaged, and only for it", async () => {
    const server = await model(byChapter);
    await write(prd(NAMES.map((name) => chapter(name))));
    const first = await plan(server);
    const kept = join(dir, "answers");
    for (const name of await readdir(kept)) {
      const text = await readFile(join(kept, name), "utf8");
      if (text.includes('"key":"one"')) {
        await writeFile(join(kept, name), text.slice(0, 50));
        break;
      }
    }
    expect(keysOf(await plan(server))).toEqual(keysOf(first));
    expect(server.requests).toHaveLength(7);
  });
});

describe("a run that was stopped", () => {
  it("goes on from what was answered", async () => {
    const abort = new AbortController();
    let splits = 0;
    const server = await model((request) => {
      if (questionOf(request.body).includes("Split the task")) splits += 1;
      return !abort.signal.aborted && splits > 2 ? { hang: true } : byChapter(request);
    });
    await write(prd(NAMES.map((name) => chapter(name))));
    const going = plan(server, { signal: abort.signal });
    const failed = expect(going).rejects.toThrow("enough");
    await expect.poll(async () => (await readdir(join(dir, "answers")).catch(() => [])).length).toBe(4);
    await expect.poll(() => splits).toBe(5);
    abort.abort(new Error("enough"));
    await failed;
    const { length } = server.requests;
    expect(keysOf(await plan(server))).toEqual(["crawl", "limit", "retry", "report", "cache"].flatMap(parts));
    expect(server.requests.length - length).toBe(3);
  });

  it("by a failure in one place keeps the answers of the others, and makes no plan", async () => {
    let broken = true;
    const server = await model((request) =>
      broken && questionOf(request.body).includes("Split the task retry") ? { error: 400 } : byChapter(request),
    );
    await write(prd(NAMES.map((name) => chapter(name))));
    await expect(plan(server)).rejects.toMatchObject({ code: "MODEL_ERROR", details: { outcome: "rejected" } });
    const { length } = server.requests;
    broken = false;
    expect(keysOf(await plan(server))).toEqual(["crawl", "limit", "retry", "report", "cache"].flatMap(parts));
    expect(server.requests.length - length).toBeLessThanOrEqual(2);
  });

  it("is told when answers cannot be kept", async () => {
    const server = await model(byChapter);
    await write(prd(NAMES.map((name) => chapter(name))));
    await writeFile(join(dir, "file"), "");
    const told: (boolean | undefined)[] = [];
    await plan(server, {
      options: { store: answerStore(join(dir, "file")) },
      onProgress: ({ unkept }) => told.push(unkept),
    });
    expect(told.at(-1)).toBe(true);
  });
});
