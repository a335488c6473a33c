import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keepOutput } from "./kept-output.ts";

describe("kept output", () => {
  it("never holds more than its bound, and holds everything when it fits", () => {
    const writes = fc.array(
      fc.tuple(fc.constantFrom("stdout" as const, "stderr" as const), fc.string({ minLength: 0, maxLength: 40 })),
    );
    fc.assert(
      fc.property(writes, fc.integer({ min: 0, max: 200 }), (chunks, limit) => {
        const kept = keepOutput(limit);
        for (const [stream, text] of chunks) kept.write(stream, Buffer.from(text.replace(/[^ -~]/g, "?")));
        const all = (stream: string): string =>
          chunks
            .filter(([name]) => name === stream)
            .map(([, text]) => text.replace(/[^ -~]/g, "?"))
            .join("");
        const parts = (["stdout", "stderr"] as const).map((stream) =>
          kept.read(stream).split(/\n\[… \d+ bytes dropped …\]\n/),
        );
        expect(parts.flat().join("").length).toBeLessThanOrEqual(limit);
        for (const [k, stream] of (["stdout", "stderr"] as const).entries()) {
          const [head = "", tail] = parts[k]!;
          expect(all(stream).startsWith(head)).toBe(true);
          expect(all(stream).endsWith(tail ?? head)).toBe(true);
        }
        if (all("stdout").length + all("stderr").length <= limit / 2) expect(kept.truncated).toBe(false);
      }),
    );
  });
});
