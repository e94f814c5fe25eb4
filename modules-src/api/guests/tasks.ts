import { fieldsOf } from '../../sdk/dictionary.ts';
import { listOf } from '../api.ts';

/** A task of a node, as lists have it. */
export interface Task {
  readonly upid: string;
  readonly type: string;
  readonly id: string;
  /** Seconds of the node's clock. */
  readonly starttime: number;
}

export const tasksIn = (answer: unknown): Task[] =>
  listOf(answer).map(line => {
    const { upid, type, id, starttime } = fieldsOf(line);
    return { upid: String(upid), type: String(type), id: String(id), starttime: Number(starttime) };
  });
