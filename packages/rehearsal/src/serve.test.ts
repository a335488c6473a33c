import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { serve } from "./serve.ts";

it("serves a script until its input ends, and says where", async () => {
  const [out, until] = [new PassThrough(), new PassThrough()];
  const served = serve({ script: '{"turns":[{"text":"hello"}]}', port: 0, out, until });
  const [line] = (await out.take(1).toArray()) as Buffer[];
  const { url } = JSON.parse(String(line)) as { url: string };
  const answer = await fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": "k", "anthropic-version": "2026-10-21" },
    body: JSON.stringify({ model: "m", max_tokens: 1, messages: [{ role: "user", content: "go" }] }),
  });
  expect(await answer.json()).toMatchObject({ content: [{ type: "text", text: "hello" }] });
  until.end();
  await served;
  await expect(fetch(url)).rejects.toThrow();
});

it.each([
  ["not JSON", "{"],
  ["lanes[0].turns[0].txet", '{"lanes":[{"turns":[{"txet":"x"}]}]}'],
  ["lanes[0].match.text", '{"lanes":[{"match":{"text":"("},"turns":[]}]}'],
  ["lanes[0].turns", '{"lanes":[{"name":"a"}]}'],
])("refuses a script that is wrong: %s", async (_, script) => {
  const streams = { out: new PassThrough(), until: new PassThrough() };
  await expect(serve({ script, port: 0, ...streams })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});
