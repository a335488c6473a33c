import { expect, it } from "vitest";
import { csvOf, markdownOf } from "./documents.ts";

const rows = [
  { id: "T-1", title: 'a "b", c', tags: ["x", "y"] },
  { id: "T-2", title: "two\nlines \x1b[31mred", tags: [] },
];

it("writes comma-separated values with a header, quoted where they must be", () => {
  expect(csvOf(rows, ["id", "title", "tags"], true)).toBe(
    'id,title,tags\nT-1,"a ""b"", c","x,y"\nT-2,"two\nlines red",\n',
  );
});

it.each(["=1+1", "+cmd", "-2+3", "@SUM(A1)", " =x", "\t=x", "|x", "\uff1dx"])(
  "guards %j against a spreadsheet",
  (title) => {
    expect(csvOf([{ title }], ["title"], true).split("\n")[1]).toMatch(/^"?'/);
    expect(csvOf([{ title }], ["title"], false).split("\n")[1]).not.toContain("'");
  },
);

it("leaves numbers and other texts as they are", () => {
  expect(csvOf([{ a: -5, b: "a-b", c: "it's", d: null }], ["a", "b", "c", "d"], true)).toBe("a,b,c,d\n-5,a-b,it's,\n");
});

it("writes a table of Markdown in which no text is markup", () => {
  expect(markdownOf([{ id: "T-1", title: "a | b *c* <i> & `d`\ne" }], ["id", "title"])).toBe(
    "| id | title |\n| --- | --- |\n| T-1 | a \\| b \\*c\\* \\<i\\> &amp; \\`d\\` e |\n",
  );
});
