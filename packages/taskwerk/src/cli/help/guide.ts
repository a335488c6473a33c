/** `help guide`: the steps of docs/guide.md, which a test compares with these. */
export const GUIDE_HELP: readonly string[] = [
  "From nothing to a planned week, in eleven steps",
  "   1  a store             taskwerk init",
  '   2  what it is about    taskwerk add "Move the shop" --due +6d',
  '   3  its parts           taskwerk add "Sign the lease" --parent 1',
  '                          taskwerk add "Order shelves" --parent 1',
  '                          taskwerk add "Tell the customers" --parent 1',
  '   4  what waits          taskwerk add "Put up the shelves" --parent 1 --after 1.1,1.2',
  "                          taskwerk dep add 1.3 1.1",
  "   5  dates, priority     taskwerk update 1.1 --due tomorrow -p high",
  "                          taskwerk update 1.2 1.4 --due +4d",
  "   6  all of it           taskwerk list --tree",
  "   7  the week            taskwerk list due:..7d --sort due",
  "   8  why not yet         taskwerk why 1.4",
  "   9  take one            taskwerk claim --next",
  "  10  it is done          taskwerk done 1.1 --claim TOKEN",
  "  11  take that back      taskwerk undo",
];
