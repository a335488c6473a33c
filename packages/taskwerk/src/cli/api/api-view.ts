import type { ApiInfo } from "@taskwerk/contract/api-file";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";

/** A running server. Where the token is, never the token. */
export const apiView = (say: string, next: readonly string[] = []): View<ApiInfo> => ({
  fields: ["url", "pid", "store"],
  known: ["url", "port", "pid", "store", "token_file", "started_at", "version"],
  items: (info) => [{ ...info, id: info.url }],
  piped: "screen",
  screen(output, { data }) {
    output.line(`${say} ${data.url}  (pid ${data.pid}, store ${data.store})`);
    if (!output.isTTY) return;
    output.line(dim("  token   "), data.token_file);
    for (const line of next) output.line(dim(`  ${line}`));
  },
});
