import { type ErrorCode, httpStatusOf } from "@taskwerk/contract/errors";

/** Responses by status, each with the codes that it may have. */
export function errorResponses(codes: readonly ErrorCode[]): Record<string, object> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) byStatus.set(httpStatusOf(code), [...(byStatus.get(httpStatusOf(code)) ?? []), code]);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, some]) => [
        String(status),
        {
          description: some.join(", "),
          content: { "application/json": { schema: failureOf(some) } },
        },
      ]),
  );
}

const failureOf = (codes: readonly ErrorCode[]) => ({
  allOf: [
    { $ref: "#/components/schemas/Failure" },
    { properties: { error: { properties: { code: { enum: codes } } } } },
  ],
});
