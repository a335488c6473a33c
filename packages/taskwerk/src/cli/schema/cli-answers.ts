/** What commands answer that are no single operation, as schemas. */
import { ApiInfo } from "@taskwerk/contract/answers/api-info";
import { TASK_ANSWERS } from "@taskwerk/contract/answers/tasks";
import { TOKEN_ANSWERS } from "@taskwerk/contract/answers/tokens";
import { VIEW_ANSWERS } from "@taskwerk/contract/answers/views";
import { Task } from "@taskwerk/contract/task";
import { z } from "zod";

const word = z.string();
const count = z.number().int();
const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.unknown()), z.record(z.string(), z.unknown())]);
const Written = z.object({ key: word, value: value.nullable(), file: word, changed: z.boolean() });
const Verb = { name: word, aliases: z.array(word), usage: word, summary: word };

/** Kind → `data`. */
export const CLI_ANSWERS = {
  // Several ids give several tasks.
  "task.show": z.union([TASK_ANSWERS["task.show"], z.array(TASK_ANSWERS["task.show"])]),
  "task.next": Task,
  "dep.list": VIEW_ANSWERS["dep.list"],
  "graph.cycles": z.array(z.object({ path: z.array(word) })),
  "tag.list": VIEW_ANSWERS["tag.list"],
  "task.wait": z.array(Task),
  "claim.list": VIEW_ANSWERS["claim.list"],
  "store.init": z.object({ store: word, prefix: word, created: z.boolean(), repository: word.nullable() }),
  "store.where": z.object({ store: word }),
  "db.backup": z.object({ file: word, size: count }),
  "db.restore": z.object({ store: word, from: word, kept: word.nullable(), tasks: count }),
  "db.migrate": z.object({ store: word, from: word, to: word, backup: word.nullable() }),
  "db.vacuum": z.object({ before: count, after: count }),
  "api.start": ApiInfo,
  "api.status": ApiInfo,
  "api.token": z.object({ token: word, url: word, token_file: word }),
  "token.revoke": z.array(TOKEN_ANSWERS["token.revoke"]),
  "api.stop": z.object({ stopped: z.boolean(), server: ApiInfo.nullable() }),
  "export.file": z.object({ file: word, format: word, tasks: count, outside: count }),
  instructions: z.object({ text: word }),
  "config.list": z.array(z.object({ key: word, value, source: word, describe: word })),
  "config.get": z.object({ key: word, value: value.nullable(), set: z.boolean() }),
  "config.set": Written,
  "config.unset": Written,
  "config.path": z.array(z.object({ whose: z.enum(["user", "store"]), file: word, exists: z.boolean() })),
  "config.explain": z.object({
    key: word,
    describe: word,
    takes: word,
    default: value.nullable(),
    flag: word.nullable(),
    variables: z.array(word),
    layers: z.array(z.object({ source: word, value, counts: z.boolean() })),
    value: value.nullable(),
  }),
  completion: z.object({ shell: z.enum(["bash", "zsh", "fish"]), script: word }),
  schema: z.record(z.string(), z.unknown()),
  "schema.list": z.array(z.object({ kind: word })),
  version: z.object({ name: word, version: word }),
  help: z.array(z.object({ ...Verb, group: word })),
  "help.command": z.object({
    ...Verb,
    arguments: z.array(z.object({ name: word, required: z.boolean(), many: z.boolean(), description: word })),
    options: z.array(z.object({ flags: word, description: word })),
    examples: z.array(word),
  }),
  "help.topic": z.object({ name: word, summary: word, lines: z.array(word) }),
  "help.code": z.object({
    code: word,
    means: word,
    remedy: word,
    exit_code: count,
    http_status: count,
    retryable: z.boolean(),
  }),
} as const;
