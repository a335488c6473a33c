/** The mistakes in requests that the real API refuses most often. Pure. */
import { type Block, blocksOf, type JsonSchema, type Message, type RequestBody } from "./request.ts";

const LONGEST_ANSWER = 128_000;
const MOST_BREAKPOINTS = 4;

/** Why the API would answer 400, in its manner; null when the request is good. */
export function refusalOf(given: unknown): string | null {
  if (given === null || typeof given !== "object" || Array.isArray(given)) return "body: must be a JSON object";
  const body = given as Partial<RequestBody>;
  if (typeof body.model !== "string" || body.model === "") return "model: Field required";
  if (body.max_tokens === undefined) return "max_tokens: Field required";
  if (!Number.isInteger(body.max_tokens) || body.max_tokens < 1) return "max_tokens: must be a whole number from 1 on";
  if (body.max_tokens > LONGEST_ANSWER) {
    return `max_tokens: ${body.max_tokens} > ${LONGEST_ANSWER}, which is the maximum allowed number of output tokens for ${body.model}`;
  }
  if (!Array.isArray(body.messages)) return "messages: Field required";
  if (body.messages.length === 0) return "messages: at least one message is required";
  return (
    refusalOfMessages(body.messages as readonly Message[]) ??
    refusalOfTools(body.tools) ??
    refusalOfSchema(body.output_config?.format) ??
    refusalOfBreakpoints(body)
  );
}

function refusalOfMessages(messages: readonly Message[]): string | null {
  for (const [index, { role, content }] of messages.entries()) {
    if (!["user", "assistant", "system"].includes(role)) return `messages.${index}.role: must be user or assistant`;
    if (typeof content !== "string" && !Array.isArray(content)) return `messages.${index}.content: Field required`;
    if (content.length === 0 && index < messages.length - 1) return `messages.${index}: all messages must have content`;
    for (const block of blocksOf(content)) {
      if (block.type === "text" && (block.text ?? "") === "")
        return `messages.${index}: text content blocks must be non-empty`;
    }
  }
  const talk = messages.filter(({ role }) => role !== "system");
  if (talk[0]?.role !== "user") return 'messages: first message must use the "user" role';
  if (talk.at(-1)?.role === "assistant") {
    return "This model does not support assistant message prefill. The conversation must end with a user message.";
  }
  for (const [index, message] of talk.entries()) {
    const problem =
      message.role === "assistant"
        ? unansweredCalls(message, talk[index + 1], index)
        : unknownResults(message, talk[index - 1], index);
    if (problem !== null) return problem;
  }
  return null;
}

const idsOf = (message: Message | undefined, type: "tool_use" | "tool_result"): readonly string[] =>
  blocksOf(message?.content)
    .filter((block) => block.type === type)
    .map((block: Block) => (type === "tool_use" ? block.id : block.tool_use_id) ?? "");

function unansweredCalls(message: Message, next: Message | undefined, index: number): string | null {
  const answered = new Set(idsOf(next, "tool_result"));
  const missing = idsOf(message, "tool_use").filter((id) => !answered.has(id));
  if (missing.length === 0) return null;
  return `messages.${index + 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(", ")}`;
}

function unknownResults(message: Message, before: Message | undefined, index: number): string | null {
  const results = idsOf(message, "tool_result");
  const asked = new Set(idsOf(before, "tool_use"));
  const unknown = results.find((id) => !asked.has(id));
  if (unknown !== undefined)
    return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unknown}`;
  const twice = results.find((id, at) => results.indexOf(id) !== at);
  return twice === undefined
    ? null
    : `messages.${index}: more than one \`tool_result\` block for \`tool_use\` id ${twice}`;
}

function refusalOfTools(tools: RequestBody["tools"]): string | null {
  if (tools === undefined) return null;
  const seen = new Set<string>();
  for (const [index, tool] of tools.entries()) {
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name ?? ""))
      return `tools.${index}.name: must match ^[a-zA-Z0-9_-]{1,128}$`;
    if (seen.has(tool.name)) return "tools: Tool names must be unique.";
    seen.add(tool.name);
    const own = tool.type === undefined || tool.type === "custom";
    if (own && tool.input_schema?.type !== "object") return `tools.${index}.input_schema.type: must be "object"`;
  }
  return null;
}

function refusalOfSchema(format: { readonly type: string; readonly schema?: JsonSchema } | undefined): string | null {
  if (format === undefined) return null;
  if (format.type !== "json_schema") return 'output_config.format.type: must be "json_schema"';
  if (format.schema === undefined) return "output_config.format.schema: Field required";
  return openObject(format.schema, "output_config.format.schema");
}

function openObject(schema: JsonSchema, at: string): string | null {
  if (schema.$ref === "#") return `${at}: recursive schemas are not supported`;
  if (schema.type === "object" && schema.additionalProperties !== false)
    return `${at}: For 'object' type, 'additionalProperties' must be explicitly set to false`;
  const parts: [string, JsonSchema][] = [
    ...Object.entries(schema.properties ?? {}),
    ...Object.entries(schema.$defs ?? {}),
    ...(schema.items === undefined ? [] : ([["items", schema.items]] as [string, JsonSchema][])),
    ...(schema.anyOf ?? []).map((one, n): [string, JsonSchema] => [`anyOf.${n}`, one]),
  ];
  for (const [name, part] of parts) {
    const problem = openObject(part, `${at}.${name}`);
    if (problem !== null) return problem;
  }
  return null;
}

function refusalOfBreakpoints(body: Partial<RequestBody>): string | null {
  const blocks: readonly { readonly cache_control?: unknown }[] = [
    ...(body.tools ?? []),
    ...blocksOf(body.system),
    ...(body.messages ?? []).flatMap(({ content }) => blocksOf(content)),
  ];
  const found = blocks.filter((block) => block.cache_control != null).length;
  if (found <= MOST_BREAKPOINTS) return null;
  return `A maximum of ${MOST_BREAKPOINTS} blocks with cache_control may be provided. Found ${found}.`;
}
