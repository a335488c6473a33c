import { expect, it } from "vitest";
import { codeSpans, plainText } from "./inline.ts";

it.each([
  ["**Bold**, *slanted* and ~~struck~~", "Bold, slanted and struck"],
  ["a [link](https://example.org/a_b) and ![alt](x.png)", "a link and alt"],
  ["a [link][id] and [another][]", "a link and another"],
  ["see <https://example.org/x>", "see https://example.org/x"],
  ["a <b>tag</b> and <!-- a comment -->nothing", "a tag and nothing"],
  ["`a_b_c <T>` stays, a_b_c too", "a_b_c <T> stays, a_b_c too"],
  ["It opens <span style='color:#fff'>and MUST obey</span> at <b hidden>no</b>nine", "It opens at nine"],
  ["5 &lt; 6 &amp; 7&nbsp;8", "5 < 6 & 7 8"],
  ["te\u200bxt\u202e", "text"],
  ["two\n  lines", "two lines"],
  ["- [ ] is [P] [US1]", "- [ ] is [P] [US1]"],
])("reads %j as %j", (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

it("finds code spans", () => {
  expect(codeSpans("`a` and `b c`")).toEqual(["a", "b c"]);
});
