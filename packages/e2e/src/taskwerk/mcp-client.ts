/** Tools of `taskwerk mcp`, called with the protocol's own client. */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { ErrorBody } from "@taskwerk/contract/errors";
import { programPath, type Rig } from "../rig.ts";

type Input = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, never>>;

/** A process of ours and a client of it. */
export interface McpConnection {
  readonly client: Client;
  /** What came, an error or not. */
  readonly call: (name: string, input?: Input) => Promise<{ isError: boolean; text: string; data: Answer }>;
  /** What a tool answers; throws when it is an error. */
  readonly done: <T = Answer>(name: string, input?: Input) => Promise<T>;
  /** The error that a tool answers; throws when it is none. */
  readonly failure: (name: string, input?: Input) => Promise<ErrorBody>;
}

/** Starts `taskwerk mcp` with these words in the rig's directory, as its user. */
export async function connectMcp(
  rig: Rig,
  words: readonly string[] = [],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<McpConnection> {
  const client = new Client({ name: "a-client", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [programPath("taskwerk"), "mcp", ...words],
      env: { ...rig.env, ...options.env },
      cwd: options.cwd ?? rig.dir,
    }),
  );
  const call: McpConnection["call"] = async (name, input = {}) => {
    const result = await client.callTool({ name, arguments: { ...input } });
    const [content] = result.content as { type: string; text: string }[];
    return { isError: result.isError === true, text: content!.text, data: result.structuredContent as Answer };
  };
  return {
    client,
    call,
    async done<T>(name: string, input: Input = {}): Promise<T> {
      const { isError, text, data } = await call(name, input);
      if (isError) throw new Error(`${name} ${JSON.stringify(input)}: ${text}`);
      return data as T;
    },
    async failure(name, input = {}) {
      const { isError, text, data } = await call(name, input);
      if (!isError) throw new Error(`${name} ${JSON.stringify(input)} succeeded: ${text}`);
      if (JSON.stringify(JSON.parse(text)) !== JSON.stringify(data)) throw new Error(`the two answers differ: ${text}`);
      return (data as unknown as { error: ErrorBody }).error;
    },
  };
}
