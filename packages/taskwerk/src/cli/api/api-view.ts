import type { ApiInfo } from "@taskwerk/contract/api-file";
import { shellWord } from "@taskwerk/contract/shell-word";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";

/** What lists all routes, for a shell. The token goes through a pipe: arguments are seen by everybody. */
const routesCall = ({ token_file, url }: ApiInfo): string =>
  `sed -E 's/.*"token":"([^"]+)".*/Authorization: Bearer \\1/' ${shellWord(token_file)} | curl -H @- ${url}/v1`;

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
    output.line(dim("  routes  "), routesCall(data));
    for (const line of next) output.line(dim(`  ${line}`));
  },
});
