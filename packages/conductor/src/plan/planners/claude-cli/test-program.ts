/** For tests: a program that asks the scripted model and prints as Claude Code does with a schema (measured with 2.1.197). */
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROGRAM = `#!${process.execPath}
const { readFileSync } = require("node:fs");
const args = process.argv.slice(2);
const after = (flag) => args[args.indexOf(flag) + 1];
const env = process.env;
const out = (line) => process.stdout.write(JSON.stringify(line) + "\\n");
if (args[0] === "auth") {
  const loggedIn = Boolean(env.CLAUDE_CODE_OAUTH_TOKEN) || env.FAKE_LOGIN === "1" || require("node:fs").existsSync(env.HOME + "/.claude/fake-login");
  out({ loggedIn, authMethod: loggedIn ? "claude.ai" : "none", apiProvider: "firstParty" });
  process.exit(loggedIn ? 0 : 1);
}
if (args[0] === "--version") { console.log("2.1.197 (Claude Code)"); process.exit(0); }
const asked = JSON.parse(readFileSync(0, "utf8").split("\\n")[0]);
const model = after("--model");
const ended = (more) => { out({ type: "result", subtype: "success", is_error: false, result: "", permission_denials: [], terminal_reason: "completed", ...more }); };
const failed = (status, words) => { process.exitCode = 1; ended({ is_error: true, api_error_status: status, result: words }); };
(async () => {
  out({ type: "system", subtype: "init", model, tools: ["StructuredOutput"], apiKeySource: "none" });
  if (model === "crashes") { console.error("out of luck"); process.kill(process.pid, "SIGKILL"); return; }
  let answer;
  try {
    answer = await fetch(env.ANTHROPIC_BASE_URL + "/v1/messages", {
      method: "POST",
      headers: { "anthropic-version": "2023-06-01", "x-api-key": env.ANTHROPIC_API_KEY ?? env.CLAUDE_CODE_OAUTH_TOKEN ?? "login" },
      body: JSON.stringify({
        model, max_tokens: Number(env.CLAUDE_CODE_MAX_OUTPUT_TOKENS), stream: true,
        system: [{ type: "text", text: readFileSync(after("--system-prompt-file"), "utf8"), cache_control: { type: "ephemeral" } }],
        tools: [{ name: "StructuredOutput", input_schema: JSON.parse(after("--json-schema")) }],
        messages: [asked.message],
      }),
    });
  } catch (error) { return failed(null, "API Error: Connection error."); }
  if (!answer.ok) {
    const { error } = await answer.json();
    return failed(answer.status, answer.status === 401 ? "Failed to authenticate. API Error: 401 " + error.message : "API Error: " + answer.status + " " + error.message);
  }
  let [rest, input, text] = ["", "", ""];
  try {
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split("\\n\\n");
      rest = parts.pop();
      for (const part of parts) {
        const event = JSON.parse(part.split("\\ndata: ")[1]);
        if (event.type === "error") return failed(null, "API Error: " + event.error.type + " " + event.error.message);
        if (event.type === "content_block_delta") { input += event.delta.partial_json ?? ""; text += event.delta.text ?? ""; }
        out({ type: "stream_event", event });
      }
    }
  } catch (error) { return failed(null, "API Error: Connection closed mid-response."); }
  if (input === "") return ended({ result: text });
  const value = JSON.parse(input);
  if (!Array.isArray(value.tasks) || value.tasks.some((task) => typeof task.key !== "string"))
    return (process.exitCode = 1), ended({ subtype: "error_max_structured_output_retries", is_error: true, result: null, errors: ["Failed to provide valid structured output after 5 attempts"] });
  ended({ result: input, structured_output: value });
})();
`;

/** Puts it into a directory of its own and answers its path. */
export async function testClaude(dir?: string): Promise<string> {
  const path = join(dir ?? (await mkdtemp(join(tmpdir(), "claude-"))), "claude");
  await writeFile(path, PROGRAM);
  await chmod(path, 0o755);
  return path;
}
