import { errorBodyOf, isWerkError, WerkError } from "@taskwerk/contract/errors";
import { fieldsOf, tell } from "../operations/issue-words.ts";
import { withoutEmpty } from "./small-task.ts";
import type { Tool, ToolCall } from "./tool.ts";

/** What a call of a tool gives back: the same twice, for clients that read one or the other. */
export interface ToolResult {
  readonly content: { type: "text"; text: string }[];
  readonly structuredContent: Record<string, unknown>;
  readonly isError?: boolean;
  readonly [more: string]: unknown;
}

/** Calls a tool. What goes wrong is an answer too, with the code, the hint and the candidates that every door gives. */
export async function callTool(
  tool: Tool,
  given: unknown,
  call: ToolCall,
  onDefect: (error: unknown) => void,
): Promise<ToolResult> {
  try {
    const { data, text } = await tool.run(call, checked(tool, given));
    return { content: [{ type: "text", text: text ?? JSON.stringify(data) }], structuredContent: { ...data } };
  } catch (error) {
    if (!isWerkError(error)) onDefect(error);
    const known = isWerkError(error) ? error : new WerkError("INTERNAL", "something went wrong in taskwerk");
    const { details, ...body } = errorBodyOf(known);
    const told = { error: withoutEmpty({ ...body, ...(JSON.stringify(details).length < DETAILS ? { details } : {}) }) };
    return { content: [{ type: "text", text: JSON.stringify(told) }], structuredContent: told, isError: true };
  }
}

/** Longer details are left out. */
const DETAILS = 2_000;

/** The input as the tool takes it. Throws VALIDATION_FAILED naming the field. */
function checked({ input: schema }: Tool, given: unknown): never {
  const input = given ?? {};
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data as never;
  const known = fieldsOf(schema);
  const [{ where, field, message, near }] = tell(parsed.error.issues, input, known) as [
    ReturnType<typeof tell>[number],
  ];
  throw new WerkError("VALIDATION_FAILED", message, {
    ...(where === "" ? { hint: `It takes:  ${known.join(", ")}` } : {}),
    field,
    ...(near === null ? {} : { candidates: [near] }),
  });
}
