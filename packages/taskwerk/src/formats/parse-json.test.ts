import { describe, expect, it } from "vitest";
import { parseJson } from "./parse-json.ts";

describe("numbers", () => {
  it.each([
    "0",
    "-1.5",
    "9007199254740991",
    "1e21",
    "1e308",
    "0.1",
    "123450000000000000",
    "1e17",
    "1.2345678901234567e19",
    '"12345678901234567890"',
  ])("%s is taken", (text) => {
    expect(parseJson(`{"n":[${text}]}`)).toEqual({ kind: "good", value: { n: [JSON.parse(text)] } });
  });

  it.each(["12345678901234567890", "-9007199254740993", "1e400", "-1e400"])(
    "%s would be kept as another one, and is refused",
    (text) => {
      for (const document of [text, `[${text}]`, `{"a":{"n":${text}}}`]) {
        expect(parseJson(document)).toEqual({
          kind: "bad",
          line: 1,
          message: "a number has more digits than can be kept; as a text it can",
        });
      }
    },
  );
});
