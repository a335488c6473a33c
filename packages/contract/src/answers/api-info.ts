/** What is answered about a running server, as a schema. */
import { z } from "zod";
import type { ApiInfo as Info } from "../api-file.ts";

const word = z.string();
const count = z.number().int();

/** A running server, as everybody may see it. */
export const ApiInfo = z.object({
  url: word,
  port: count,
  pid: count,
  store: word,
  token_file: word,
  started_at: word,
  version: word,
}) satisfies z.ZodType<Info>;
