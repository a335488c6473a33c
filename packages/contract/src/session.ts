/** A name that groups changes: one run of an orchestrator, one evening of a person. Types only. */
export interface Session {
  readonly id: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly actor: string;
  readonly changes: number;
}
