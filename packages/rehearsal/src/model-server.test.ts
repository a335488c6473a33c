import Anthropic from "@anthropic-ai/sdk";
import { afterEach, describe, expect, it } from "vitest";
import type { ModelScript } from "./model/script.ts";
import { type ModelServer, startModelServer } from "./model-server.ts";

const MODEL = "claude-sonnet-5-5";
let server: ModelServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

async function clientOf(script: ModelScript, apiKey = "sk-test"): Promise<Anthropic> {
  server = await startModelServer(script);
  return new Anthropic({ apiKey, baseURL: server.url, maxRetries: 0, logLevel: "off" });
}

const asking = (content: string) => ({ model: MODEL, max_tokens: 100, messages: [{ role: "user" as const, content }] });
const one = (turn: ModelScript["lanes"][number]["turns"][number]): ModelScript => ({
  lanes: [{ name: "main", turns: [turn] }],
});
const statusOf = (call: Promise<unknown>) =>
  call.then(
    () => 200,
    (error: { status?: number }) => error.status ?? null,
  );
const BASH = { name: "bash", input_schema: { type: "object" as const, properties: {} } };

describe("model server", () => {
  it("answers the real SDK, plain and as a stream, with the same message", async () => {
    const text = "a line\nand ümläuts ".repeat(30);
    const client = await clientOf({
      lanes: [
        { name: "main", turns: [{ thinking: "hm", text, tool: { name: "bash", input: { command: "ls" } }, times: 2 }] },
      ],
    });
    const request = { ...asking("go"), tools: [BASH] };
    const plain = await client.messages.create(request);
    const streamed = await client.messages.stream(request).finalMessage();
    const without = (message: Anthropic.Message) =>
      message.content.map((block) => (block.type === "tool_use" ? { ...block, id: "" } : block));
    expect(without(streamed)).toEqual(without(plain));
    expect(plain.stop_reason).toBe("tool_use");
    expect(plain.content.map(({ type }) => type)).toEqual(["thinking", "text", "tool_use"]);
  });

  it("plays lanes by what they match, in turn, then the fallback", async () => {
    const client = await clientOf({
      lanes: [
        { name: "titles", match: { noTools: true, system: "^Name" }, turns: [{ text: "A title" }], loop: true },
        { name: "work", match: { tool: "^bash$" }, turns: [{ text: "one" }, { text: "two" }] },
      ],
      fallback: { text: "nothing left" },
    });
    const say = async (request: Anthropic.MessageCreateParamsNonStreaming) => {
      const [block] = (await client.messages.create(request)).content;
      return block?.type === "text" ? block.text : null;
    };
    const work = { ...asking("go"), tools: [BASH] };
    expect([await say(work), await say(work), await say(work)]).toEqual(["one", "two", "nothing left"]);
    const title = { ...asking("go"), system: "Name it" };
    expect([await say(title), await say(title)]).toEqual(["A title", "A title"]);
  });

  it("keeps a cursor for each key, so that agents share a lane in any order, and fills in captures", async () => {
    const client = await clientOf({
      lanes: [
        {
          name: "work",
          key: "(TASK-\\d+)",
          capture: { dir: "in (\\S+)" },
          turns: [{ text: "{{key}} first in {{dir}}" }, { text: "{{key}} second, {{unknown}}" }],
        },
      ],
    });
    const say = async (content: string) => {
      const [block] = (await client.messages.create(asking(content))).content;
      return block?.type === "text" ? block.text : null;
    };
    expect(await say("TASK-1 in /a")).toBe("TASK-1 first in /a");
    expect(await say("TASK-2 in /b")).toBe("TASK-2 first in /b");
    expect(await say("TASK-1 in /a")).toBe("TASK-1 second, {{unknown}}");
    expect(server?.state().cursors).toEqual({ "work|TASK-1": 2, "work|TASK-2": 1 });
  });

  it("computes an answer from the request where a turn is a function", async () => {
    const client = await clientOf(
      one((request, { n }) => ({ json: { words: request.users.at(-1)?.split(" ").length, n } })),
    );
    const message = await client.messages.create(asking("four words are here"));
    expect(message.content).toEqual([{ type: "text", text: '{"words":4,"n":0}' }]);
  });

  it.each([400, 401, 429, 500, 529])(
    "answers %i as the API does, with what the script says about trying again",
    async (status) => {
      const client = await clientOf(one({ error: status, retryAfterSeconds: 7, message: "scripted" }));
      const error = await client.messages.create(asking("go")).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Anthropic.APIError);
      const { status: got, headers, message } = error as InstanceType<typeof Anthropic.APIError>;
      expect([got, headers?.get("retry-after")]).toEqual([status, "7"]);
      expect(message).toContain("scripted");
    },
  );

  it("lets the SDK try again by itself, and then goes on in the script", async () => {
    await clientOf({
      lanes: [{ name: "main", turns: [{ error: 529, retryAfterSeconds: 0, times: 2 }, { text: "there" }] }],
    });
    const client = new Anthropic({ apiKey: "k", baseURL: server!.url, maxRetries: 2, logLevel: "off" });
    expect((await client.messages.create(asking("go"))).content).toEqual([{ type: "text", text: "there" }]);
    expect(server?.state().requests).toBe(3);
  });

  it("breaks streams: an error event, a cut connection, silence", async () => {
    const client = await clientOf({
      lanes: [
        {
          name: "main",
          turns: [
            { text: "abc", streamError: "overloaded_error" },
            { text: "abc", cut: true },
            { text: "abc", hang: "mid" },
          ],
        },
      ],
    });
    await expect(client.messages.stream(asking("go")).finalMessage()).rejects.toThrow(/overloaded/);
    await expect(client.messages.stream(asking("go")).finalMessage()).rejects.toThrow();
    const pieces: string[] = [];
    const stream = client.messages.stream(asking("go"));
    stream.on("text", (piece) => {
      pieces.push(piece);
      stream.abort();
    });
    await expect(stream.finalMessage()).rejects.toThrow(/abort/i);
    expect(pieces).toEqual(["abc"]);
    // What was sent before a stream broke is on the bill.
    expect(server?.state().spent.outputTokens).toBeGreaterThanOrEqual(3);
  });

  it("gives a structured answer as text, and through the tool for it to a client that offers one", async () => {
    const schema = { type: "object" as const, properties: { word: { type: "string" } } };
    const client = await clientOf(
      one((request) => ({ json: { word: request.schema === null ? "?" : "yes" }, times: 2 })),
    );
    const request = { ...asking("go"), tools: [{ name: "StructuredOutput", input_schema: schema }] };
    const { content, stop_reason } = await client.messages.create(request);
    expect(content).toMatchObject([{ type: "tool_use", name: "StructuredOutput", input: { word: "yes" } }]);
    expect(stop_reason).toBe("tool_use");
  });

  it("shows a page where a model should be", async () => {
    await clientOf(one({ page: "<html>Log in</html>" }));
    const answer = await fetch(`${server!.url}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": "k", "anthropic-version": "2023-06-01" },
      body: JSON.stringify(asking("go")),
    });
    expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
      200,
      "text/html",
      "<html>Log in</html>",
    ]);
    expect(server!.state().spent.outputTokens).toBe(0);
  });

  it("counts of a stream that broke what was sent, at four letters a token", async () => {
    const client = await clientOf(one({ text: "x".repeat(1_000), cut: true }));
    let letters = 0;
    const stream = await client.messages.create({ ...asking("go"), stream: true });
    const heard = async () => {
      for await (const event of stream)
        if (event.type === "content_block_delta" && event.delta.type === "text_delta")
          letters += event.delta.text.length;
    };
    await expect(heard()).rejects.toThrow();
    expect(letters).toBeGreaterThan(0);
    expect(server!.state().spent.outputTokens).toBe(Math.ceil(letters / 4));
  });

  it("never answers where the script hangs, and sees the client go away", async () => {
    const client = await clientOf(one({ hang: true }));
    const stop = new AbortController();
    const call = client.messages.create(asking("go"), { signal: stop.signal });
    while (server?.state().inFlight !== 1) await new Promise((done) => setTimeout(done, 5));
    stop.abort();
    await expect(call).rejects.toThrow();
    while (server.state().inFlight !== 0) await new Promise((done) => setTimeout(done, 5));
    expect(server.state().aborted).toEqual([0]);
    expect(server.state().spent.outputTokens).toBe(0);
  });

  it("counts tokens and cost on its own side, cache included", async () => {
    const usage = { input_tokens: 1_000_000, output_tokens: 100_000 };
    const client = await clientOf({ lanes: [{ name: "main", turns: [{ text: "x", usage, times: 2 }] }] });
    await client.messages.create(asking("go"));
    await client.messages.stream({ ...asking("go"), model: "claude-haiku-5-5" }).finalMessage();
    expect(server?.state().byModel[MODEL]?.costUsd).toBeCloseTo(3, 6);
    expect(server?.state().spent).toMatchObject({ inputTokens: 2_000_000, outputTokens: 200_000 });
    expect(server?.state().spent.costUsd).toBeCloseTo(3.15, 6);
    await client.messages.create({ ...asking("go"), model: "claude-unheard-of" });
    expect(server?.state().spent.costUsd).toBeNull();
    const seen = (await (await fetch(`${server!.url}/__state`)).json()) as { spent: unknown };
    expect(seen.spent).toEqual(server?.state().spent);
  });

  it("reads a marked prefix from the cache the second time", async () => {
    const client = await clientOf({ lanes: [{ name: "main", turns: [{ text: "ok", times: 2 }] }] });
    const system = [
      { type: "text" as const, text: "long ".repeat(400), cache_control: { type: "ephemeral" as const } },
    ];
    const first = await client.messages.create({ ...asking("one"), system });
    const second = await client.messages.create({ ...asking("another"), system });
    expect(first.usage.cache_creation_input_tokens).toBeGreaterThan(400);
    expect(second.usage.cache_read_input_tokens).toBe(first.usage.cache_creation_input_tokens);
    expect(second.usage.cache_creation_input_tokens).toBe(0);
  });

  it("refuses what the API refuses", async () => {
    const client = await clientOf({ lanes: [], keys: ["sk-test"], models: [MODEL] });
    const user = { role: "user" as const, content: "go" };
    const call = {
      role: "assistant" as const,
      content: [{ type: "tool_use" as const, id: "t1", name: "bash", input: {} }],
    };
    const result = (id: string) => ({
      role: "user" as const,
      content: [{ type: "tool_result" as const, tool_use_id: id, content: "x" }],
    });
    const marked = { type: "text" as const, text: "x", cache_control: { type: "ephemeral" as const } };
    const open = { type: "json_schema" as const, schema: { type: "object", properties: {} } };
    const bad: [string, object][] = [
      ["max_tokens", { max_tokens: 0 }],
      ["maximum allowed", { max_tokens: 200_000 }],
      ["at least one message", { messages: [] }],
      ["first message", { messages: [call, result("t1")] }],
      ["prefill", { messages: [user, { role: "assistant", content: "Sure" }] }],
      ["immediately after", { messages: [user, call, user] }],
      [
        "unexpected",
        { messages: [user, call, { ...result("t1"), content: [...result("t1").content, ...result("t2").content] }] },
      ],
      ["non-empty", { messages: [{ role: "user", content: [{ type: "text", text: "" }] }] }],
      ["unique", { tools: [BASH, BASH] }],
      ["input_schema", { tools: [{ name: "bash" }] }],
      ["maximum of 4", { messages: [{ role: "user", content: Array(5).fill(marked) }] }],
      ["additionalProperties", { output_config: { format: open } }],
    ];
    for (const [why, part] of bad) {
      const error = await client.messages
        .create({ ...asking("go"), ...part }, { timeout: 10_000 })
        .catch((thrown: Error) => thrown);
      expect(error, why).toBeInstanceOf(Anthropic.BadRequestError);
      expect((error as Error).message).toContain(why);
    }
    expect(server?.state().refused).toHaveLength(bad.length);
    expect(await statusOf(client.messages.create({ ...asking("go"), model: "claude-2" }))).toBe(404);
    const stranger = new Anthropic({ apiKey: "sk-other", baseURL: server!.url, maxRetries: 0, logLevel: "off" });
    expect(await statusOf(stranger.messages.create(asking("go")))).toBe(401);
    expect(await statusOf(client.messages.create({ ...asking("go"), messages: [user, call, result("t1")] }))).toBe(200);
    expect(
      await statusOf(
        fetch(`${server!.url}/v1/nothing`, { headers: { "x-api-key": "sk-test", "anthropic-version": "x" } }),
      ),
    ).toBe(200);
    expect(server?.state().unknownPaths).toEqual(["GET /v1/nothing"]);
  });

  it("counts tokens of a request and lists models", async () => {
    const client = await clientOf({ lanes: [], models: [MODEL] });
    const { input_tokens } = await client.messages.countTokens({ model: MODEL, messages: asking("go").messages });
    expect(input_tokens).toBeGreaterThan(0);
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual([MODEL]);
    expect((await client.models.retrieve(MODEL)).id).toBe(MODEL);
    expect(await statusOf(client.models.retrieve("claude-2"))).toBe(404);
    expect(server?.state().requests).toBe(0);
  });

  it("keeps what the script expected and did not get", async () => {
    const client = await clientOf(
      one({ text: "ok", expect: { lastToolResult: "green", text: "go", noToolError: true } }),
    );
    await client.messages.create({
      ...asking("go"),
      messages: [
        { role: "user", content: "go" },
        { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "bash", input: {} }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "red", is_error: true }] },
      ],
    });
    expect(server?.state().failures.map(({ why }) => why)).toEqual([
      "the last tool result does not match green: red",
      "a tool failed: red",
    ]);
  });

  it("serves 40 agents at once, each on its own cursor", async () => {
    const client = await clientOf({
      lanes: [
        {
          name: "work",
          key: "agent (\\d+)",
          turns: [{ text: "first {{key}}", delayMs: 20 }, { text: "second {{key}}" }],
        },
      ],
    });
    const talk = async (agent: number) => {
      const say = async () => {
        const [block] = (await client.messages.stream(asking(`agent ${agent}`)).finalMessage()).content;
        return block?.type === "text" ? block.text : null;
      };
      return [await say(), await say()];
    };
    const all = await Promise.all(Array.from({ length: 40 }, (_, agent) => talk(agent)));
    expect(all).toEqual(all.map((_, agent) => [`first ${agent}`, `second ${agent}`]));
    expect(server?.state().inFlight).toBe(0);
    expect(server?.state().peakInFlight).toBeGreaterThan(1);
  });
});
