const SMALL = new Set(
  (
    "a an and any are as at be been being by can could each every for from has have in into is it its may must needs no not " +
    "of on only or shall should so some system that the their them then they this to tool up will with without within would"
  ).split(" "),
);

/** The words of a text that carry its meaning, without endings; numbers are not words. */
export const contentWords = (text: string): ReadonlySet<string> =>
  new Set(
    (text.toLowerCase().match(/\p{L}[\p{L}\p{N}]*/gu) ?? [])
      .filter((word) => !SMALL.has(word) && word.length > 1)
      .map((word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s|e)$/, "") : word.replace(/s$/, ""))),
  );
