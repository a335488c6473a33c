/** `help dates`. */
export const DATES_HELP: readonly string[] = [
  "Dates, as --due, --defer, --since and queries take them",
  "  2027-03-01               that day        2027-03-01T14:30    that minute",
  "  2027-03-01T14:30Z        in UTC          2027-03-01 14:30    the same, in quotes",
  "  now  today  tomorrow  yesterday          mon ... sun: the next one",
  "  eow, eom: the end of this week, this month",
  '  +2d  +3h  +90m  +1w      from now        "tomorrow 9am", "fri 17:30"',
  "",
  "  Local time (TZ) unless a zone is given; --json has UTC.",
  "  Without a time: the end of that day for --due, its beginning for --defer.",
  "",
  "In queries also ranges, and lengths as days away (help query)",
  "  due:..fri  created:2027-03-01..2027-03-31  due:..7d  updated:..30d",
  "",
  "Lengths of time: --lease and the like take  90s  15m  1h30m  2d",
  "Lengths of work: --estimate takes           45m  4h  1h30m  2d  1w",
  "  where a day has 8 hours and a week 5 days. --json has minutes.",
];
