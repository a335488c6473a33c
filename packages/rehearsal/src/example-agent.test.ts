import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const AGENT = fileURLToPath(new URL("../../../examples/agents/todo-agent.mjs", import.meta.url));

it("the example of an agent asks, works, commits and claims", { timeout: 20_000 }, async () => {
  const clone = mkdtempSync(join(tmpdir(), "todo-"));
  execFileSync("git", ["init", "-q", clone]);
  const said: Record<string, unknown>[] = [];
  const results: Readonly<Record<string, object>> = {
    task_get: { title: "Buy milk" },
    ask_human: { answer: "NOTES.md" },
  };
  const server = createServer((socket) =>
    createInterface({ input: socket }).on("line", (line) => {
      const request = JSON.parse(line) as { id: number; op: string };
      said.push(request);
      socket.write(`${JSON.stringify({ id: request.id, ok: true, result: results[request.op] ?? null })}\n`);
    }),
  );
  const path = join(clone, ".git", "s");
  await new Promise<void>((done) => server.listen(path, done));
  const env = { PATH: process.env.PATH ?? "", HOME: clone, CONDUCTOR_SOCKET: path };
  const code = await new Promise((done) => spawn(process.execPath, [AGENT], { cwd: clone, env }).once("close", done));
  server.close();
  expect(code).toBe(0);
  expect(readFileSync(join(clone, "NOTES.md"), "utf8")).toBe("- Buy milk\n");
  expect(execFileSync("git", ["log", "--format=%s"], { cwd: clone, encoding: "utf8" })).toBe("docs: Buy milk\n");
  expect(said.map(({ op }) => op)).toEqual(["task_get", "ask_human", "tool", "turn", "claim_done"]);
  rmSync(clone, { recursive: true });
});
