import type { ConfigRecord, ConfigValues, RecordSpec } from "@taskwerk/config/schema";
import type { Way } from "../model/notice.ts";

const WAYS = ["post", "command", "desktop"] as const;

/** What one way in the list `notify` takes: exactly one of these. */
export const NOTIFY_RECORD = {
  key: null,
  fields: {
    post: {
      type: "url",
      describe: "An address that plain text is posted to, as ntfy takes it: the title in a header.",
    },
    command: { type: "strings", describe: "A command line; the message is its input, CONDUCTOR_TITLE the title." },
    desktop: { type: "boolean", describe: "A message on this desktop, by notify-send." },
  },
  check: (record) => {
    const said = WAYS.filter((way) => record[way] !== undefined);
    if (said.length !== 1)
      return { field: said[1] ?? "post", problem: "each entry is one way: post, command or desktop" };
    if (Array.isArray(record.command) && (record.command[0] ?? "") === "")
      return { field: "command", problem: "the command line is empty" };
    return null;
  },
} as const satisfies RecordSpec;

/** How people are told, as the configuration has it. */
export function waysOf(config: ConfigValues): readonly Way[] {
  const records = (config.notify ?? []) as readonly ConfigRecord[];
  return records.flatMap(({ post, command, desktop }): readonly Way[] => {
    if (typeof post === "string") return [{ kind: "post", url: post }];
    if (Array.isArray(command)) return [{ kind: "command", argv: command }];
    return desktop === true ? [{ kind: "desktop" }] : [];
  });
}
