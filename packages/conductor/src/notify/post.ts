import type { Message } from "../model/notice.ts";

/**
 * Posts plain text with the title in a header, as ntfy takes it (docs.ntfy.sh/publish). Nothing is followed elsewhere. Answers
 * why it did not arrive; null = it did. Throws when the address is not reached or `signal` comes first.
 */
export async function post(address: string, { title, text }: Message, signal: AbortSignal): Promise<string | null> {
  const url = new URL(address);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  const credential = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const answer = await fetch(url, {
    method: "POST",
    body: text,
    redirect: "manual",
    signal,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      title: headerText(title),
      "user-agent": "conductor",
      ...(username === "" ? {} : { authorization: `Basic ${Buffer.from(credential).toString("base64")}` }),
    },
  }).catch((error: unknown) => {
    throw new Error(reasonOf(error));
  });
  await answer.body?.cancel();
  return answer.ok ? null : `it answered HTTP ${answer.status}`;
}

/** A header holds ASCII; other letters go as RFC 2047 has them. */
const headerText = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;

/** fetch says "fetch failed" and keeps why in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  return code === "ECONNREFUSED" ? "nobody listens there" : message === "" ? String(code) : message;
}
