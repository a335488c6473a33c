import { it } from "vitest";

type Body<T> = (...args: T extends readonly unknown[] ? [...T] : [T]) => Promise<void>;

/** `it.each`, where `npm test` runs the quick cases only, and `npm run test:long` the others. */
export const eachCase =
  <T>(cases: readonly T[], isQuick: (one: T, at: number) => boolean) =>
  (name: string, body: Body<T>, timeout: number): void => {
    const each = (some: readonly T[], tags: string[]): void =>
      it.each(some as readonly T[] as T[])(name, { timeout, tags }, body as never);
    each(cases.filter(isQuick), []);
    each(
      cases.filter((one, at) => !isQuick(one, at)),
      ["long"],
    );
  };
