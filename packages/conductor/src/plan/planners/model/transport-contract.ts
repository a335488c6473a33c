/** For tests: what every way to a model promises, each trouble it can have included. */
import type { Turn } from "@taskwerk/rehearsal/model/script";
import type { ModelServer } from "@taskwerk/rehearsal/model-server";
import { beforeAll, describe, expect, it } from "vitest";
import { builtParser } from "../../read/built-parser.ts";
import { readDocument } from "../../read/read-document.ts";
import { extractRequirements } from "../../requirements.ts";
import type { PlanProgress } from "../planner.ts";
import { plannerContract } from "../planner-contract.ts";
import { modelPlanner } from "./model-planner.ts";
import type { Transport } from "./question.ts";
import { coverAll, FIXTURES, playModel, sampleAnswer, wholeTask } from "./sample-answers.ts";
import { bodies, MODEL, model, QUICK, run, splitting } from "./test-model.ts";

/**
 * Runs the contract. `exact`: it asks the model once for each try; Claude Code itself asks again where an answer has another
 * shape, and that is its own affair. `idleMs`: after so long it is silent.
 */
export function transportContract(
  name: string,
  transportOf: (baseURL: string, idleMs: number) => Transport,
  { exact, idleMs }: { readonly exact: boolean; readonly idleMs: number },
): void {
  const over = (url: string, { hang }: Turn = {}): Transport => transportOf(url, hang === undefined ? 60_000 : idleMs);

  describe(`${name} keeps the contract of transports`, { timeout: 120_000 }, () => {
    it("splits large tasks level by level, with keys under their parents and references that follow", async () => {
      const server = await model(splitting);
      const { plan } = await run(over(server.url));
      expect(plan.planner).toEqual({ name, model: MODEL });
      expect(plan.tasks.map(({ key, parent, depends_on }) => [key, parent, depends_on])).toEqual([
        ["reminders", null, []],
        ["reminders.store", "reminders", []],
        ["reminders.tell", "reminders", ["reminders.store"]],
      ]);
      expect(server.requests).toHaveLength(2);
    });

    it("sends the documents in a prefix that is the same in every call and read from the provider's cache", async () => {
      const server = await model(splitting);
      await run(over(server.url));
      const prefixes = bodies(server).map(({ system, messages }) =>
        JSON.stringify([system, (messages[0]!.content as readonly object[]).slice(0, -1)]),
      );
      expect(prefixes[0]).toBe(prefixes[1]);
      expect(prefixes[0]).toContain("The system MUST keep reminders");
      expect(prefixes[0]).toContain('"cache_control":{"type":"ephemeral"}');
      expect(server.state().spent.cacheReadTokens).toBeGreaterThan(1_000);
    });

    it("sends a PDF as it is, in the part that is kept, and quotes from its text", async () => {
      const server = await model(() => ({ json: sampleAnswer([wholeTask()]) }));
      const document = await readDocument("reminders-spec.md", { parser: await builtParser(), cwd: FIXTURES });
      const pdf = { ...document, path: "spec.pdf", pdf: Buffer.from("%PDF-1.7 reminders") };
      const { requirements } = extractRequirements([document]);
      const planner = modelPlanner({ transport: over(server.url), retry: QUICK });
      const { tasks } = await planner.plan({ documents: [pdf], requirements, maxDepth: 1 });
      const content = bodies(server)[0]!.messages[0]!.content as unknown as readonly Readonly<
        Record<string, unknown>
      >[];
      expect(content.find(({ type }) => type === "document")).toMatchObject({
        title: "spec.pdf",
        source: { type: "base64", media_type: "application/pdf", data: pdf.pdf.toString("base64") },
      });
      expect(JSON.stringify(content)).not.toContain("keep reminders over a restart\\n");
      expect(tasks[0]?.source).toMatch(/^spec\.pdf#L\d+$/);
    });

    it("tells calls, tokens, cost and what is decomposed, as the model's side counts them", async () => {
      const server = await model(splitting);
      const told: PlanProgress[] = [];
      await run(over(server.url), { onProgress: (progress) => told.push(progress) });
      expect(told.map(({ level, calls, tasks, about }) => [level, calls, tasks, about])).toEqual([
        [1, 0, 0, null],
        [1, 1, 0, undefined],
        [1, 1, 1, undefined],
        [2, 1, 1, "Do reminders"],
        [2, 2, 1, undefined],
        [2, 2, 3, undefined],
      ]);
      const { costUsd, ...tokens } = server.state().spent;
      expect(told.at(-1)?.usage).toEqual({ ...tokens, usd: expect.closeTo(costUsd ?? -1, 12) });
      expect(costUsd).toBeGreaterThan(0);
    });

    const good = { json: sampleAnswer([wholeTask()]) };
    it.each<[string, Turn]>([
      ["too many requests", { error: 429, retryAfterSeconds: 0 }],
      ["an overloaded server", { error: 529 }],
      ["a failing server", { error: 500 }],
      ["a cut connection", { ...good, cut: true }],
      ["an error in the stream", { ...good, streamError: "overloaded_error" }],
      ["a stream that falls silent", { ...good, hang: "mid" }],
    ])("asks again after %s, and pays for what came", async (_, trouble) => {
      const server = await model((_request, n) => (n === 1 ? trouble : good));
      const told: PlanProgress[] = [];
      const { plan } = await run(over(server.url, trouble), {
        onProgress: (progress) => told.push(progress),
      });
      expect(plan.tasks).toHaveLength(1);
      expect(server.requests).toHaveLength(2);
      expect(told.filter(({ waiting }) => waiting !== undefined)).toHaveLength(1);
      const { costUsd, ...tokens } = server.state().spent;
      expect(told.at(-1)?.usage).toEqual({ ...tokens, usd: expect.closeTo(costUsd ?? -1, 12) });
      expect(told.at(-1)?.calls).toBe(2);
    });

    it.each<[string, Turn, string, string, number]>([
      ["a refused key", { error: 401 }, "CREDENTIAL_MISSING", "unauthorized", 1],
      ["a model that this account may not use", { error: 403 }, "FORBIDDEN", "forbidden", 1],
      ["an account without credit", { error: 402 }, "MODEL_ERROR", "no-credit", 1],
      ["a model that is not there", { error: 404 }, "MODEL_ERROR", "no-such-model", 1],
      ["a call that is refused", { error: 400 }, "MODEL_ERROR", "rejected", 1],
      ["a server that stays overloaded", { error: 529 }, "MODEL_ERROR", "overloaded", 4],
      ["a server that stays broken", { error: 500 }, "MODEL_ERROR", "failing", 4],
      ["an answer that is cut off at its longest", { ...good, stopReason: "max_tokens" }, "MODEL_ERROR", "cut-off", 1],
      [
        "documents that have no room",
        { ...good, stopReason: "model_context_window_exceeded" },
        "MODEL_ERROR",
        "too-long",
        1,
      ],
      ["a refusal", { text: "No.", stopReason: "refusal" }, "MODEL_ERROR", "refused", 1],
      ["words instead of JSON", { text: '{"tasks": [' }, "MODEL_ERROR", "malformed", 1],
      ["another shape", { json: { tasks: [{ title: "x" }] } }, "MODEL_ERROR", "other-shape", 1],
      ["a connection that is cut each time", { ...good, cut: true }, "MODEL_ERROR", "broken-off", 4],
      ["a stream that falls silent each time", { ...good, hang: "mid" }, "MODEL_ERROR", "silent", 1],
    ])("ends in an outcome of its own on %s, without a plan", async (_, turn, code, outcome, calls) => {
      const server = await model(() => turn);
      const retry = { ...QUICK, tries: calls };
      await expect(run(over(server.url, turn), { options: { retry } })).rejects.toMatchObject({
        name: "WerkError",
        code,
        hint: expect.stringMatching(/\w/),
        details: { outcome, tries: calls },
      });
      if (exact) expect(server.requests).toHaveLength(calls);
    });

    it("stops at once when it is told to, and leaves nothing running", async () => {
      const server = await model(() => ({ ...good, hang: "mid" }));
      const abort = new AbortController();
      const going = run(over(server.url), { signal: abort.signal });
      const asked = async (): Promise<void> => {
        while (server.requests.length === 0) await new Promise((done) => setTimeout(done, 20));
      };
      await asked();
      abort.abort(new Error("enough"));
      await expect(going).rejects.toThrow("enough");
      await expect.poll(() => server.state().inFlight).toBe(0);
    });
  });

  describe(`planning over ${name}`, { timeout: 120_000 }, () => {
    let server: ModelServer;
    beforeAll(async () => {
      server = await playModel(coverAll);
      return () => server.close();
    });
    plannerContract(name, () => modelPlanner({ transport: over(server.url), retry: QUICK }));
  });
}
