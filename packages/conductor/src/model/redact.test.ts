import { expect, test } from "vitest";
import { redact, redactIn } from "./redact.ts";

test("secrets are taken out as they are, encoded for URLs and in base64; short ones are left", () => {
  const secret = "p@ss/word+1";
  const text = `${secret} ${encodeURIComponent(secret)} ${Buffer.from(secret).toString("base64")} abc`;
  expect(redact(text, [secret, "abc"])).toBe("[redacted] [redacted] [redacted] abc");
});

test("they are taken out of every text in plain data, also where JSON writes them otherwise", () => {
  const secret = 'quo"ted\\key';
  expect(redactIn({ a: [secret, 1], b: { c: `x${secret}y` } }, [secret])).toEqual({
    a: ["[redacted]", 1],
    b: { c: "x[redacted]y" },
  });
});

test("numbers, names and kinds of events stay what they are", () => {
  const event = { type: "question", question: "question 12345678", n: 123_456_789 };
  expect(redactIn(event, ["question", "12345678"])).toEqual({
    type: "question",
    question: "[redacted] [redacted]",
    n: 123_456_789,
  });
});
