import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { App } from "../app.ts";
import { digestOf, textOf } from "../read-config.ts";

/** Where the text is that was last agreed to. */
const textFileOf = (pinFile: string): string => `${pinFile}.yml`;

/** Writes down that exactly this text counts from now on. */
export async function agreeToConfig({ configPlaces: { pinFile } }: App, text: string): Promise<void> {
  await mkdir(dirname(pinFile), { recursive: true, mode: 0o700 });
  await writeFile(textFileOf(pinFile), text, { mode: 0o600 });
  await writeFile(pinFile, `${digestOf(text)}\n`, { mode: 0o600 });
}

/** The text that was last agreed to; null when there is none, or when it is not what the pin says. */
export async function agreedText({ configPlaces: { pinFile } }: App): Promise<string | null> {
  const [pin, text] = await Promise.all([textOf(pinFile), textOf(textFileOf(pinFile))]);
  return text !== null && pin?.trim() === digestOf(text) ? text : null;
}
