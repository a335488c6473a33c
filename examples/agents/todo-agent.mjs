#!/usr/bin/env node
// An agent in a few lines: it asks which file to write the task into, writes it there, and commits. It shows all that a
// program needs to work for conductor; the thinking is yours.
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";

if (process.argv.includes("--version")) {
  process.stdout.write("todo-agent 1.0.0\n");
  process.exit(0);
}

const socket = connect(process.env.CONDUCTOR_SOCKET);
const waiting = new Map();
createInterface({ input: socket }).on("line", (line) => {
  const { id, ok, result, error, nudge } = JSON.parse(line);
  if (nudge !== undefined) process.stderr.write(`conductor says: ${nudge}\n`);
  else if (ok) waiting.get(id)?.resolve(result);
  else waiting.get(id)?.reject(new Error(error));
});
const ask = (op, fields = {}) =>
  new Promise((resolve, reject) => {
    const id = waiting.size + 1;
    waiting.set(id, { resolve, reject });
    socket.write(`${JSON.stringify({ id, op, ...fields })}\n`);
  });

const { title } = await ask("task_get");
const options = ["TODO.md", "NOTES.md"];
const { answer } = await ask("ask_human", { question: "Which file?", options, default: "TODO.md", reversible: true });
appendFileSync(answer, `- ${title}\n`);
await ask("tool", { name: "append", input: { file: answer, line: title }, output: "1 line added", ok: true });
await ask("turn");

execFileSync("git", ["add", "--", answer]);
execFileSync("git", [
  "-c",
  "user.name=todo-agent",
  "-c",
  "user.email=agent@localhost",
  "commit",
  "-qm",
  `docs: ${title}`,
]);
await ask("claim_done", { evidence: `${answer} has a line for it.` });
socket.end();
