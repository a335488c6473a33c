/** Fingerprints of what an agent did and got, so that the same thing twice is seen as the same. Pure. */
import { createHash } from "node:crypto";

/** Identifies a tool with its arguments; the order of their keys does not matter. */
export const toolHash = (name: string, input: unknown): string => digest(`${name}\n${canonical(input)}`);

/** Identifies a result with times, durations, process ids and temporary paths taken out. */
export const resultHash = (ok: boolean, output: string): string => digest(`${ok}\n${withoutNoise(output)}`);

/** Only so much of a result is looked at. */
const MAX_CHARS = 100_000;

/** The text without what differs between two runs of the same thing. */
export function withoutNoise(text: string): string {
  return text
    .slice(0, MAX_CHARS)
    .replace(/\u001b\[[0-9;]{0,20}[A-Za-z]/g, "")
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z| ?[+-]\d\d:?\d\d)?/g, "<time>")
    .replace(/\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, "<time>")
    .replace(/\b1[5-9]\d{8}(?:\d{3})?\b/g, "<time>")
    .replace(/\b(duration_ms|time|elapsed|duration|took)(["']?\s{0,3}[:= ]\s{0,3})\d+(?:\.\d+)?/gi, "$1$2<n>")
    .replace(/\b\d+(?:\.\d+)?\s?(?:ns|µs|ms|s|sec|secs|seconds|m|min|minutes)\b/g, "<duration>")
    .replace(/\b(pid|process|ppid)(["']?\s{0,3}[:=# ]\s{0,3})\d+/gi, "$1$2<pid>")
    .replace(/\(node:\d+\)|\[\d{2,7}\](?=:| )/g, "<pid>")
    .replace(/(?:\/private)?(?:\/var)?\/(?:tmp|folders)\/[^\s"'`:)\]]+/g, "<tmp>")
    .replace(/0x[0-9a-f]{6,16}\b/gi, "<address>")
    .replace(/[ \t]+$/gm, "");
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  return `{${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`)
    .join(",")}}`;
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
