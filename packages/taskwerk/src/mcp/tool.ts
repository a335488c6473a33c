import type { Operations } from "@taskwerk/contract/client";
import type { Success } from "@taskwerk/contract/envelope";
import type { OperationName } from "@taskwerk/contract/routes";
import type { ZodType, z } from "zod";

/** Runs one operation for the agent that called the tool. Throws WerkError. */
export type RunForAgent = <N extends OperationName>(
  name: N,
  input: Operations[N]["input"],
  idempotencyKey?: string,
) => Promise<Success<Operations[N]["output"]>>;

/** What a tool has beside its input. */
export interface ToolCall {
  readonly run: RunForAgent;
  /** As whom it is called. */
  readonly actor: string;
  /** The token of the claim that the agent was started with. */
  readonly claim: string | undefined;
}

/** What a tool answers: small, nothing empty in it. `text` stands for it where it reads better than JSON. */
export interface ToolAnswer {
  readonly data: Readonly<Record<string, unknown>>;
  readonly text?: string;
}

/** One tool as an agent sees it, made of operations. */
export interface Tool<S extends ZodType = ZodType> {
  readonly name: string;
  readonly description: string;
  readonly input: S;
  /** Changes nothing; or changes only by adding. */
  readonly effect: "reads" | "adds" | "changes";
  /** Called again with the same input it does nothing more. */
  readonly idempotent?: boolean;
  readonly run: (call: ToolCall, input: z.output<S>) => Promise<ToolAnswer>;
}

/** Lets the compiler see that a tool's input is what its schema says. */
export const tool = <S extends ZodType>(made: Tool<S>): Tool => made as unknown as Tool;
