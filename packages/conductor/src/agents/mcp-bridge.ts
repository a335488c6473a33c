/**
 * A program that offers an agent conductor's side channel as tools of the Model Context Protocol (revision 2025-06-18, stdio:
 * one JSON-RPC message a line). It stands between the agent and the socket and decides nothing.
 */
import { REPORTED_KINDS } from "../model/blocker.ts";

const KINDS = JSON.stringify(REPORTED_KINDS);

/** The server's name in the agent's configuration; its tools are `mcp__conductor__<name>` there. */
export const MCP_SERVER = "conductor";
export const MCP_TOOLS = ["task_get", "task_note", "ask_human", "report_blocker", "claim_done"] as const;

/** CommonJS for node; its one argument is the path of the socket. */
export const MCP_BRIDGE = String.raw`
const net = require("node:net");
const text = { type: "string" };
const tool = (name, description, properties, required) =>
  ({ name, description, inputSchema: { type: "object", properties, required: required || [] } });
const tools = [
  tool("task_get", "Your task again: its id, title and the whole brief.", {}),
  tool("task_note", "Writes down something that others should know about this task.", { text }, ["text"]),
  tool("ask_human", "Asks a person and waits for the answer. Only for what you cannot find out or decide yourself.",
    { question: text, options: { type: "array", items: text }, default: text, reversible: { type: "boolean" } }, ["question"]),
  tool("report_blocker", "Says that something outside your reach keeps you from doing the task. Then stop.", 
    { reason: text, kind: { type: "string", enum: ${KINDS} } }, ["reason"]),
  tool("claim_done", "Says that the task is done, and how that was checked. Others judge it.", { evidence: text }, ["evidence"]),
];
const socket = net.connect(process.argv[2]);
const waiting = new Map();
let next = 0, heard = "";
socket.setEncoding("utf8").on("data", (chunk) => {
  const lines = (heard + chunk).split("\n");
  heard = lines.pop();
  for (const line of lines) { const message = JSON.parse(line); const done = waiting.get(message.id); waiting.delete(message.id); if (done) done(message); }
});
const gone = () => { for (const done of waiting.values()) done({ ok: false, error: "conductor has gone" }); waiting.clear(); };
socket.on("error", gone).on("close", gone);
const say = (message) => new Promise((done) => {
  const id = ++next;
  if (socket.destroyed) return done({ ok: false, error: "conductor has gone" });
  waiting.set(id, done);
  socket.write(JSON.stringify({ ...message, id }) + "\n");
});
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
const answer = async ({ method, params }) => {
  if (method === "initialize")
    return { protocolVersion: params?.protocolVersion ?? "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "conductor", version: "1" } };
  if (method === "ping") return {};
  if (method === "tools/list") return { tools };
  if (method !== "tools/call") throw Object.assign(new Error("there is no method " + method), { code: -32601 });
  if (!tools.some(({ name }) => name === params?.name)) throw Object.assign(new Error("there is no tool " + params?.name), { code: -32602 });
  const said = await say({ ...params.arguments, op: params.name });
  const words = said.ok ? (said.result == null ? "noted" : typeof said.result.answer === "string" ? said.result.answer : JSON.stringify(said.result)) : said.error;
  return { content: [{ type: "text", text: String(words) }], isError: !said.ok };
};
let rest = "";
process.stdin.setEncoding("utf8").on("data", (chunk) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    if (line.trim() === "") continue;
    let message;
    try { message = JSON.parse(line); } catch { send({ id: null, error: { code: -32700, message: "no JSON" } }); continue; }
    if (message.id === undefined) continue;
    answer(message).then(
      (result) => send({ id: message.id, result }),
      (error) => send({ id: message.id, error: { code: error.code ?? -32603, message: error.message } }),
    );
  }
});
process.stdin.on("end", () => socket.end());
`;
