/**
 * What schema 1.2 has over 1.1: open tasks by when they are due. A condition of a query that this index shall answer
 * repeats its own, to the letter.
 */
export const THIRD_SCHEMA = /* sql */ `
create index tasks_due on tasks (due_key, seq) where bucket not in ('done', 'cancelled', 'hidden');
`;
