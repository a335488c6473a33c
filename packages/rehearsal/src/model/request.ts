/** A request to the Messages API, as a script looks at it. Pure. */

/** A piece of a message, as the API names its fields. */
export interface Block {
  readonly type: string;
  readonly text?: string;
  readonly thinking?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly tool_use_id?: string;
  readonly content?: string | readonly Block[];
  readonly is_error?: boolean;
  readonly cache_control?: unknown;
}

export interface Message {
  readonly role: string;
  readonly content: string | readonly Block[];
}

export interface Tool {
  readonly name: string;
  readonly type?: string;
  readonly description?: string;
  readonly input_schema?: JsonSchema;
  readonly cache_control?: unknown;
}

/** As far as tools and structured answers use it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** The body of a request, as it came. */
export interface RequestBody {
  readonly model: string;
  readonly max_tokens: number;
  readonly stream?: boolean;
  readonly system?: string | readonly Block[];
  readonly tools?: readonly Tool[];
  readonly messages: readonly Message[];
  readonly cache_control?: unknown;
  readonly thread?: unknown;
  readonly output_config?: { readonly format?: { readonly type: string; readonly schema?: JsonSchema } };
}

/** A tool's answer that the client sent back. */
export interface ToolResult {
  readonly id: string;
  readonly text: string;
  readonly error: boolean;
}

/** A request in the words that scripts ask for. */
export interface ModelRequest {
  readonly body: RequestBody;
  readonly model: string;
  readonly system: string;
  /** What the user said, without tool results; oldest first. */
  readonly users: readonly string[];
  /** What the model said before; oldest first. */
  readonly said: readonly string[];
  /** The calls the model made before; oldest first. */
  readonly calls: readonly { readonly id: string; readonly name: string; readonly input: unknown }[];
  readonly results: readonly ToolResult[];
  readonly tools: readonly Tool[];
  /** The schema that the answer must have, if it must: asked for as such, or as the input of a tool for it. */
  readonly schema: JsonSchema | null;
  /** The tool through which a structured answer is to be given; null = as text. Claude Code asks so. */
  readonly answerTool: string | null;
  /** Everything as one text. */
  readonly text: string;
}

/** A message's content as blocks. */
export const blocksOf = (content: string | readonly Block[] | undefined): readonly Block[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : Array.isArray(content) ? content : [];

/** What a block says, as text. */
export function textOf(block: Block): string {
  if (block.type === "tool_result") return blocksOf(block.content).map(textOf).join("\n");
  if (block.type === "tool_use") return JSON.stringify(block.input ?? {});
  return block.text ?? block.thinking ?? "";
}

const ANSWER_TOOL = "StructuredOutput";

/** Reads a request that was found valid. */
export function readRequest(body: RequestBody): ModelRequest {
  const users: string[] = [];
  const said: string[] = [];
  const calls: { id: string; name: string; input: unknown }[] = [];
  const results: ToolResult[] = [];
  const system = blocksOf(body.system).map(textOf);
  const all = [...system];
  for (const { role, content } of body.messages) {
    for (const block of blocksOf(content)) {
      all.push(textOf(block));
      if (block.type === "tool_result")
        results.push({ id: block.tool_use_id ?? "", text: textOf(block), error: block.is_error === true });
      else if (block.type === "tool_use")
        calls.push({ id: block.id ?? "", name: block.name ?? "", input: block.input ?? {} });
      else if (block.type !== "text") continue;
      else if (role === "assistant") said.push(textOf(block));
      else if (role === "system") system.push(textOf(block));
      else users.push(textOf(block));
    }
  }
  const tool = (body.tools ?? []).find(({ name }) => name === ANSWER_TOOL);
  return {
    body,
    model: body.model,
    system: system.join("\n"),
    users,
    said,
    calls,
    results,
    tools: body.tools ?? [],
    schema: body.output_config?.format?.schema ?? tool?.input_schema ?? null,
    answerTool: tool?.name ?? null,
    text: all.join("\n"),
  };
}
