import { isWerkError } from "@taskwerk/contract/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasOrder, QUERY_FIELDS } from "./field.ts";
import { parseQuery } from "./parse-query.ts";
import { printQuery } from "./print-query.ts";
import type { Query, Value } from "./query.ts";

const printed = (text: string): string => {
  const query = parseQuery(text);
  return query === null ? "" : printQuery(query);
};
/** Without positions. */
const bare = (query: Query | null): unknown =>
  JSON.parse(JSON.stringify(query, (key, value) => (key === "at" ? undefined : value)));
const failure = (text: string) => {
  try {
    parseQuery(text);
  } catch (error) {
    if (isWerkError(error)) return error;
    throw error;
  }
  return expect.fail(`${text} was read`);
};

describe("parseQuery", () => {
  it.each([
    ["", ""],
    ["status:todo,review", "status:todo,review"],
    ["STATUS:todo tags:api", "status:todo tag:api"],
    ["tag:a and tag:b", "tag:a tag:b"],
    ["tag:a or tag:b tag:c", "tag:a or tag:b tag:c"],
    ["(tag:a or tag:b) tag:c", "(tag:a or tag:b) tag:c"],
    ["not tag:wip", "not tag:wip"],
    ["-tag:wip !tag:x", "not tag:wip not tag:x"],
    ["-(tag:a tag:b)", "not (tag:a tag:b)"],
    ["NOT tag:a OR tag:b", "not tag:a or tag:b"],
    ["status!=done", "not status:done"],
    ["status=done", "status:done"],
    ["login page", '"login" "page"'],
    ['"free text" tag:api', '"free text" tag:api'],
    ['tag:"a b",c', 'tag:"a b",c'],
    ['"a \\"b\\" \\\\c"', '"a \\"b\\" \\\\c"'],
    ["priority:high..", "priority:high.."],
    ["due:..7d", "due:..7d"],
    ["due:mon..fri", "due:mon..fri"],
    ["due<7d", "due:<7d"],
    ["due>=fri", "due:fri.."],
    ["due:<=fri", "due:..fri"],
    ['due:"tomorrow 9am"..', 'due:"tomorrow 9am"..'],
    ["created:2027-03-01T10:00:00.000Z", "created:2027-03-01T10:00:00.000Z"],
    ["meta.run.id:7 metadata.x:y", "meta.run.id:7 meta.x:y"],
    ["files:../up", "files:../up"],
    ["assignee:me*", "assignee:me*"],
  ])("reads %j as %j", (text, meant) => {
    expect(printed(text)).toBe(meant);
  });

  it.each([
    ["statsu:todo", 1, 'no field "statsu". Did you mean "status"?'],
    ["tag:a zzzzzz:1", 7, 'no field "zzzzzz".'],
    ["tag:a tga:b", 7, 'Did you mean "tag"?'],
    ["tag:", 5, "tag: needs a value"],
    ["tag:a,", 7, "tag: needs a value"],
    ["tag:a or", 9, "something is missing"],
    ["or tag:a", 1, '"or" stands between two terms'],
    ["tag:a and and tag:b", 11, '"and" stands between two terms'],
    ["(tag:a", 1, 'a "(" is never closed'],
    ["tag:a)", 6, 'a ")" closes nothing'],
    ["()", 2, "something is missing"],
    ['tag:a "open', 7, 'a quote (") is never closed'],
    ['tag:a"b"', 6, "a space is missing"],
    ["due:..", 5, "neither beginning nor end"],
    ["tag:<a", 5, "tag: has no order"],
    ["https://example.com", 1, 'no field "https"'],
    ["=x", 1, "is no query term"],
    ['""', 1, "the quotes are empty"],
  ])("refuses %j at %i: %s", (text, position, message) => {
    const error = failure(text);
    expect(error.code).toBe("INVALID_QUERY");
    expect(error.message).toContain(message);
    expect(error.details).toEqual({ position });
  });

  it("names the field that was probably meant as a candidate", () => {
    expect(failure("statsu:todo").candidates).toEqual(["status"]);
  });

  it("takes no more than 200 terms, 32 levels and 4000 characters", () => {
    expect(failure("a ".repeat(201)).message).toContain("more than 200");
    expect(failure(`tag:a${",a".repeat(200)}`).message).toContain("more than 200");
    expect(failure(`${"(".repeat(33)}a${")".repeat(33)}`).message).toContain("32 deep");
    expect(failure(`${"not ".repeat(33)}a`).message).toContain("32 deep");
    expect(failure("x".repeat(4001)).message).toContain("4000");
    expect(parseQuery(`${"(".repeat(31)}a${")".repeat(31)}`)).not.toBeNull();
  });

  it("reads what a query prints as the same query", () => {
    fc.assert(
      fc.property(queries, (query) => {
        const text = printQuery(query);
        expect(bare(parseQuery(text))).toEqual(bare(query));
      }),
      { numRuns: 500 },
    );
  });

  it("answers any text with a query or with INVALID_QUERY, and the same after it is printed", () => {
    fc.assert(
      fc.property(texts, (text) => {
        let query: Query | null;
        try {
          query = parseQuery(text);
        } catch (error) {
          expect(isWerkError(error) && error.code).toBe("INVALID_QUERY");
          return;
        }
        if (query !== null) expect(bare(parseQuery(printQuery(query)))).toEqual(bare(query));
      }),
      { numRuns: 2000, examples: [["due:..7d,?>"], ["due:<fri,due:<fri"]] },
    );
  });
});

const anyText = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== "");
const plain = fc.stringMatching(/^[a-z0-9_-]{1,8}$/).filter((text) => !/^[-<>]/.test(text));
const word: fc.Arbitrary<Value> = fc.oneof(
  anyText.map((text): Value => ({ kind: "word", text, exact: true })),
  plain.map((text): Value => ({ kind: "word", text, exact: false })),
);
const ordered: fc.Arbitrary<Value> = fc.oneof(
  word,
  fc
    .tuple(fc.option(anyText), anyText, fc.boolean())
    .map(([one, other, flip]): Value => ({ kind: "range", from: flip ? one : other, to: flip ? other : one })),
  fc
    .tuple(fc.constantFrom("<" as const, ">" as const), anyText)
    .map(([side, text]): Value => ({ kind: "beyond", side, text })),
);
const fields = fc.oneof(
  fc.constantFrom(...Object.keys(QUERY_FIELDS)),
  plain.map((name) => `meta.${name}`),
);
const terms: fc.Arbitrary<Query> = fields.chain((field) =>
  fc
    .array(hasOrder(field) ? ordered : word, { minLength: 1, maxLength: 3 })
    .map((values): Query => ({ kind: "term", field, values, at: 0 })),
);
const { queries } = fc.letrec<{ queries: Query }>((tie) => {
  const several = fc.array(tie("queries"), { minLength: 2, maxLength: 3 });
  return {
    queries: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      terms,
      anyText.map((text): Query => ({ kind: "words", text, at: 0 })),
      tie("queries").map((of): Query => ({ kind: "not", of })),
      several.map((of): Query => ({ kind: "and", of })),
      several.map((of): Query => ({ kind: "or", of })),
    ),
  };
});
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...'status:todo due:..7d due:<fri -tag:a not or and ( ) , : .. < > " \\ - ! meta.x:1 a b \n'.split(" "),
      ),
      fc.constantFrom(" ", " ", ""),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 20 },
  )
  .map((pieces) => pieces.join(""));
