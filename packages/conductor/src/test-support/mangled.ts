/** For tests: texts that are nearly a report, and are not. */
import fc from "fast-check";

/** Any text, any JSON, and the report with something else in one place, cut, or with more behind it. */
export const mangledJson = (report: unknown): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string(),
    fc.json(),
    fc.tuple(fc.nat(), fc.jsonValue()).map(([at, value]) => JSON.stringify(withOther(report, at, value))),
    mangledText(JSON.stringify(report)),
  );

/** A text with a piece of it taken out, doubled, or replaced. */
export const mangledText = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(text.length),
      fc.nat(40),
      fc.oneof(fc.constantFrom("", "<", ">", '"', "{", "}", "</", "0"), fc.string()),
    )
    .map(([at, length, put]) => text.slice(0, at) + put + text.slice(at + length));

/** The report with `value` in its `at`th place, counted through all of it. */
function withOther(report: unknown, at: number, value: unknown): unknown {
  const places: ((put: unknown) => unknown)[] = [];
  const walk = (node: unknown, rebuild: (put: unknown) => unknown): void => {
    places.push(rebuild);
    if (Array.isArray(node)) for (const [n, one] of node.entries()) walk(one, (put) => rebuild(node.with(n, put)));
    else if (typeof node === "object" && node !== null)
      for (const [key, one] of Object.entries(node)) walk(one, (put) => rebuild({ ...node, [key]: put }));
  };
  walk(report, (put) => put);
  return places[at % places.length]!(value);
}
