import type { WebhookBody } from "@taskwerk/contract/webhook";

/** A body has at most so many bytes (Standard Webhooks: less than 20 kB). */
export const BODY_MOST = 20_000;
/** A text within `data` keeps so many characters where the whole is too large. */
const TEXT_KEPT = 1_000;

/** A body as it is sent; what is too large for it is shortened or left out, and said so. */
export function bodyOf(body: WebhookBody): string {
  const whole = JSON.stringify(body);
  if (Buffer.byteLength(whole) <= BODY_MOST) return whole;
  const where = `/v1/events?since=${body.cursor - 1}&limit=1`;
  const fields: string[] = [];
  const data = shortened(body.data, "", fields);
  const cut = JSON.stringify({ ...body, data, cut: { fields, whole: where } });
  if (Buffer.byteLength(cut) <= BODY_MOST) return cut;
  // Many small things, or a task with long tags.
  const { tags: _, ...task } = body.task ?? {};
  const bare = { ...body, task: body.task && task, data: {}, cut: { fields: ["*"], whole: where } };
  return JSON.stringify(bare);
}

/** The facts of an event, each within bounds: what was and what is field by field. `fields` learns the names of what was cut. */
function shortened(facts: object, within: string, fields: string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => {
      if (JSON.stringify(value).length <= TEXT_KEPT) return [name, value];
      if (within === "" && (name === "before" || name === "after")) return [name, shortened(value, `${name}.`, fields)];
      fields.push(`${within}${name}`);
      return [name, typeof value === "string" ? wellFormed(value.slice(0, TEXT_KEPT)) : null];
    }),
  );
}

/** Half of a pair at the end is taken off. */
const wellFormed = (text: string): string => text.replace(/[\ud800-\udbff]$/, "");
