/** What a scripted model answers: lanes that take requests, and the turns they give. Types only. */
import type { ModelRequest } from "./request.ts";

/** Which requests a lane takes. Strings are sources of regular expressions (flag m); every one that is given must hold. */
export interface Match {
  readonly model?: string;
  /** The system prompt. */
  readonly system?: string;
  /** The last thing the user said; tool results are not part of it. */
  readonly user?: string;
  /** Everything: system, user, assistant and tool results. */
  readonly text?: string;
  /** The name of one of the offered tools. */
  readonly tool?: string;
  /** Only requests that offer no tools. */
  readonly noTools?: boolean;
}

/** A call of a tool. */
export interface ToolCall {
  readonly name: string;
  readonly input?: Readonly<Record<string, unknown>>;
}

/** What the request must look like when this turn is reached; what does not hold is kept in `state().failures`. */
export interface Expectation {
  readonly text?: string;
  readonly lastToolResult?: string;
  readonly noToolError?: boolean;
}

/**
 * One answer. Without `error`, `hang` or `cut` it is a message of thinking, text and tool calls, in that order. `{{key}}`, `{{n}}`,
 * `{{lastToolResult}}` and the lane's captures are filled in everywhere.
 */
export interface Turn {
  readonly text?: string;
  readonly thinking?: string;
  /** Answered as text: its JSON; or as a call of the tool StructuredOutput, to a client that offers it. */
  readonly json?: unknown;
  readonly tool?: ToolCall;
  readonly tools?: readonly ToolCall[];
  /** Default: tool_use when there are calls, else end_turn. */
  readonly stopReason?: string;
  /** Fields of the answer's usage as the API names them, e.g. `output_tokens`. */
  readonly usage?: Readonly<Record<string, number>>;
  /** Before the answer begins. */
  readonly delayMs?: number;
  /** Between the events of a stream. */
  readonly chunkMs?: number;
  /** An HTTP status of 400 or more instead of an answer. */
  readonly error?: number;
  readonly message?: string;
  readonly retryAfterSeconds?: number;
  /** This page of HTML, with status 200, as of a proxy that wants a login. */
  readonly page?: string;
  /** A stream that breaks after its first piece with this error type, e.g. `overloaded_error`. */
  readonly streamError?: string;
  /** The connection breaks after the first piece. */
  readonly cut?: boolean;
  /** `true`: nothing ever comes. `"mid"`: after the first piece nothing more comes. */
  readonly hang?: boolean | "mid";
  readonly expect?: Expectation;
  /** This turn so many times. Default 1. */
  readonly times?: number;
}

/** Where in the script a request is. */
export interface TurnContext {
  readonly lane: string;
  readonly key: string;
  /** How many requests this cursor had before, from 0. */
  readonly n: number;
  readonly captures: Readonly<Record<string, string>>;
}

/** An answer that is computed from the request. */
export type ComputedTurn = (request: ModelRequest, context: TurnContext) => Turn | Promise<Turn>;

/** Takes the requests that match, one turn after the other. */
export interface Lane {
  readonly name: string;
  readonly match?: Match;
  readonly turns: readonly (Turn | ComputedTurn)[];
  /** A pattern with one group, looked for in everything: each value has a cursor of its own, so that many agents share a lane. */
  readonly key?: string;
  /** Patterns with one group, looked for in everything: values for `{{name}}`. */
  readonly capture?: Readonly<Record<string, string>>;
  /** After the last turn the first again; without it the fallback. */
  readonly loop?: boolean;
}

/** USD per million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export interface ModelScript {
  /** The first lane that matches takes the request. */
  readonly lanes: readonly Lane[];
  /** The answer when no lane has one. Default: the text "OK". */
  readonly fallback?: Turn | ComputedTurn;
  /** Models that exist; others answer 404. Default: any that is asked for exists. */
  readonly models?: readonly string[];
  /** Keys that are let in; others answer 401. Default: any key, but one there must be. */
  readonly keys?: readonly string[];
  /** For the ledger. Default: those of today's models. */
  readonly prices?: Readonly<Record<string, ModelPrice>>;
}
