/** conductor's verbs: the frame's, with conductor's app. */
import type { Verb as FrameVerb, VerbEntry as FrameVerbEntry } from "@taskwerk/terminal/command/verb";
import type { App } from "./app.ts";

export { wordOf, wordsOf } from "@taskwerk/terminal/command/verb";

export type Verb<Flags> = FrameVerb<App, Flags>;
export type VerbEntry = FrameVerbEntry<App>;
