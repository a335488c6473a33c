/** What is typed where nothing has ever run. */

/** The first run of tasks that are there already; a run without a person needs a limit. */
export const FIRST_RUN = "conductor run --auto --budget 5";

/** Where nobody has looked whether there are tasks, as a hint. */
export const WAYS_TO_BEGIN = `From a PRD:  conductor run PRD.md\nWith the tasks that are in taskwerk:  ${FIRST_RUN}`;
