/** Tokens as an estimate, with the prompt cache as the real API keeps it. */
import { createHash } from "node:crypto";
import { type Block, blocksOf, type RequestBody, type Tool, textOf } from "./request.ts";

/** The tokens of one answer, in the API's own words. */
export interface ApiUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
}

const LOOK_BACK = 20;

/** About four characters a token, at least one. */
export const tokensIn = (text: string): number => Math.max(1, Math.ceil(text.length / 4));

/** Tokens of what goes in, whether or not it is cached. */
export const inputTokensOf = (body: Partial<RequestBody>): number =>
  prefixOf(body).reduce((sum, block) => sum + tokensIn(JSON.stringify(block)), 0);

type Part = (Block | Tool) & { readonly role?: string };

const prefixOf = (body: Partial<RequestBody>): readonly Part[] => [
  ...(body.tools ?? []),
  ...blocksOf(body.system),
  ...(body.messages ?? []).flatMap(({ role, content }) => blocksOf(content).map((block) => ({ ...block, role }))),
];

/** Remembers prefixes that were marked with `cache_control`. */
export interface PromptCache {
  /** The usage of a request: what is read from the cache, what is written into it, what is neither. */
  read(body: RequestBody): Omit<ApiUsage, "output_tokens">;
}

/** An empty cache. */
export function promptCache(): PromptCache {
  const stored = new Set<string>();
  return {
    read(body) {
      const hash = createHash("sha256").update(body.model);
      const ends: { readonly hash: string; readonly total: number; readonly marked: boolean }[] = [];
      const parts = prefixOf(body);
      let total = 0;
      for (const [index, { cache_control, ...part }] of parts.entries()) {
        const text = JSON.stringify(part);
        hash.update(text);
        total += tokensIn(text);
        const marked = cache_control != null || (body.cache_control != null && index === parts.length - 1);
        ends.push({ hash: hash.copy().digest("hex"), total, marked });
      }
      let read = 0;
      let upTo = 0;
      for (const [index, end] of ends.entries()) {
        if (!end.marked) continue;
        upTo = end.total;
        const hit = ends.slice(Math.max(0, index - LOOK_BACK + 1), index + 1).findLast((one) => stored.has(one.hash));
        read = Math.max(read, hit?.total ?? 0);
      }
      for (const end of ends) if (end.marked) stored.add(end.hash);
      return {
        input_tokens: total - Math.max(upTo, read),
        cache_creation_input_tokens: Math.max(0, upTo - read),
        cache_read_input_tokens: read,
      };
    },
  };
}

/** Tokens of an answer. */
export const outputTokensOf = (content: readonly Block[]): number =>
  content.reduce((sum, block) => sum + tokensIn(textOf(block)), 0);
