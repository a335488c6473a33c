/** A whole number in as many whole parts, as equal as can be, the greater ones first; together they are the number. */
export const shareOf = (whole: number, parts: number): readonly number[] =>
  Array.from({ length: parts }, (_, at) => Math.floor(whole / parts) + Number(at < whole % parts));
