/** Asks through Claude Code's command line: for people with a subscription and no key. It is given no tools and no settings. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PrefixBlock, Question, Transport } from "../model/question.ts";
import { type Conversation, conversation } from "./conversation.ts";
import { runProgram } from "./run-program.ts";

/** Who pays. `login`: what `claude auth login` left in the user's home. */
export type ClaudeCliCredential =
  | { readonly kind: "key"; readonly apiKey: string }
  | { readonly kind: "token"; readonly oauthToken: string }
  | { readonly kind: "login" };

/** Which program asks, for whom, and which model. */
export interface ClaudeCliOptions {
  /** The program, absolute. */
  readonly path: string;
  readonly model: string;
  readonly credential: ClaudeCliCredential;
  /** Default: Anthropic's own. */
  readonly baseURL?: string;
  readonly homeDir: string;
  readonly tmpDir: string;
  /** The environment that conductor was started with; only what it needs is handed on. */
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
  /** A program that prints nothing for this long is ended. Default 180,000. */
  readonly idleMs?: number;
  /** Longest answer, in tokens. Default 32,000. */
  readonly maxTokens?: number;
}

/** Where it runs, how it reaches the network, how it finds a login: nothing else of the environment. */
const HANDED_ON = [
  ...["PATH", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "XDG_RUNTIME_DIR"],
];

const LONGEST = 32_000;
/** One answer, and one more if the first had another shape. */
const MOST_TURNS = 3;

/** The transport of one program, account and model. */
export function claudeCliTransport(options: ClaudeCliOptions): Transport {
  const { idleMs = 180_000 } = options;
  return {
    name: "claude-cli",
    model: options.model,
    // Each is a process of about 200 MB that needs a second of a core to start.
    atOnce: 2,
    maxTokens: options.maxTokens ?? LONGEST,
    requests: MOST_TURNS,
    async attempt(question, { signal, onTokens, maxTokens = options.maxTokens ?? LONGEST }) {
      const dir = await mkdtemp(join(options.tmpDir, "conductor-plan-"));
      const talk: Conversation = conversation();
      try {
        const instructions = join(dir, "instructions.txt");
        await writeFile(instructions, question.instructions, { mode: 0o600 });
        const end = await runProgram({
          argv: [options.path, ...wordsOf(question, options.model, instructions)],
          cwd: dir,
          env: environmentOf({ ...options, maxTokens }, dir),
          input: `${JSON.stringify({ type: "user", message: { role: "user", content: contentOf(question) } })}\n`,
          idleMs,
          signal,
          onLine: (line) => talk.hear(line),
        });
        signal?.throwIfAborted();
        return talk.end(end);
      } finally {
        for (const tokens of talk.requests()) onTokens(tokens);
        await rm(dir, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
      }
    },
  };
}

const wordsOf = (question: Question, model: string, instructions: string): readonly string[] => [
  ...["-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose"],
  // Its events tell that it is alive, and what each request cost, also of one that breaks off.
  "--include-partial-messages",
  ...["--json-schema", JSON.stringify(question.schema), "--system-prompt-file", instructions],
  // No tools, no servers, no hooks, no commands: a document can talk it into nothing but an answer.
  ...["--tools", "", "--strict-mcp-config", "--setting-sources", "", "--disable-slash-commands"],
  ...["--no-session-persistence", "--max-turns", String(MOST_TURNS), "--model", model],
];

function environmentOf(options: ClaudeCliOptions, dir: string): Readonly<Record<string, string>> {
  const { credential, hostEnv, baseURL } = options;
  const handed = HANDED_ON.flatMap((name) => (hostEnv[name] === undefined ? [] : [[name, hostEnv[name]] as const]));
  const login = credential.kind === "login";
  return {
    ...Object.fromEntries(handed),
    // Only a login is looked for in the user's home.
    HOME: login ? options.homeDir : dir,
    ...(login && hostEnv.CLAUDE_CONFIG_DIR !== undefined ? { CLAUDE_CONFIG_DIR: hostEnv.CLAUDE_CONFIG_DIR } : {}),
    TMPDIR: dir,
    ...(credential.kind === "key" ? { ANTHROPIC_API_KEY: credential.apiKey } : {}),
    ...(credential.kind === "token" ? { CLAUDE_CODE_OAUTH_TOKEN: credential.oauthToken } : {}),
    ...(baseURL === undefined ? {} : { ANTHROPIC_BASE_URL: baseURL }),
    // Trying again is ours to do, as it is ours to tell.
    CLAUDE_CODE_MAX_RETRIES: "0",
    CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: "1",
    MAX_STRUCTURED_OUTPUT_RETRIES: "1",
    CLAUDE_CODE_MAX_OUTPUT_TOKENS: String(options.maxTokens ?? LONGEST),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_TELEMETRY: "1",
    DISABLE_AUTOUPDATER: "1",
  };
}

/** The last block of the prefix ends what the provider is to keep. */
const contentOf = ({ prefix, text }: Question): readonly object[] => [
  ...prefix.map((block: PrefixBlock, index) => ({
    ...(block.kind === "text"
      ? { type: "text", text: block.text }
      : {
          type: "document",
          title: block.title,
          source: { type: "base64", media_type: "application/pdf", data: block.base64 },
        }),
    ...(index === prefix.length - 1 ? { cache_control: { type: "ephemeral" } } : {}),
  })),
  { type: "text", text },
];
