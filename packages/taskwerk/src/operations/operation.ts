import type { Operations } from "@taskwerk/contract/client";
import type { EnvelopeMeta, Page } from "@taskwerk/contract/envelope";
import type { OperationName } from "@taskwerk/contract/routes";
import type { Delivered } from "@taskwerk/contract/webhook";
import type { ZodType } from "zod";
import type { Op } from "../store/op.ts";
import type { Store } from "../store/open.ts";
import type { WebhookRow } from "../store/webhook-row.ts";

/** Who calls, in which session, and under which key the answer is kept. */
export interface Call {
  readonly actor: string;
  readonly session: string | null;
  readonly idempotencyKey: string | null;
}

/** The part that sends to webhooks, handed in: operations know no network. */
export interface Sender {
  /** Sends what is due now; `alone`: only when nobody else does. */
  readonly deliver: (store: Store, alone: boolean) => Promise<Delivered>;
  /** Tries a webhook once. Gives the HTTP status; throws WEBHOOK_FAILED. */
  readonly test: (store: Store, webhook: WebhookRow, message: string, actor: string) => Promise<number>;
}

/** All that an operation knows of the world. */
export interface OperationContext extends Call {
  readonly store: Store;
  readonly now: () => Date;
  readonly newUid: () => string;
  /** The operation of that name, for one that is made of others. */
  // biome-ignore lint/suspicious/noExplicitAny: each operation has an input and an output of its own
  readonly others?: (name: OperationName) => Promise<Operation<any, any>>;
  /** The operation that this one is a part of; it shares its transaction, its time and its entry in the log. */
  readonly within?: Op;
  readonly sender?: Sender;
  /** Told how much of something long is done. */
  readonly progress?: (done: number, total: number) => void;
}

/** What an operation answers; the envelope is made of it. */
export interface Outcome<O> {
  readonly data: O;
  readonly page?: Page;
  readonly warnings?: readonly string[];
  readonly meta?: EnvelopeMeta;
}

/** One thing that can be done to a store, the same for every door. */
export interface Operation<I, O> {
  /** The shape of its input, loaded only where input comes from outside the program. */
  readonly input: () => Promise<ZodType>;
  /** Does it. Throws WerkError; checks all rules itself, whether or not the shape was checked before. */
  readonly run: (context: OperationContext, input: I) => Promise<Outcome<O>>;
}
export type OperationOf<N extends OperationName> = Operation<Operations[N]["input"], Operations[N]["output"]>;
