import { isDictionary, parseJson } from '../../sdk/dictionary.ts';
import { readText, statOf } from '../../system/files.ts';

/** A background job of Ansible. */
export interface Job {
  readonly isEnded: boolean;
  readonly ageSeconds: number;
}

/**
 * The state of a job, from the file that Ansible's async_wrapper keeps (ansible-core 2.15 to 2.19): `finished` is 0 or
 * false until the module's result replaces the whole text. Undefined when there is no such job.
 */
export async function readJob(file: string): Promise<Job | undefined> {
  const [text, found] = await Promise.all([readText(file), statOf(file)]);
  if (text === undefined || found === undefined) return undefined;
  return { isEnded: isEnded(text), ageSeconds: (Date.now() - found.birthtimeMs) / 1000 };
}

/** What cannot be read is being written right now. */
function isEnded(text: string): boolean {
  const state = parseJson(text);
  return isDictionary(state) && !isFalse(state['finished']);
}

/** The result of the module itself says nothing about being finished. */
const isFalse = (finished: unknown): boolean => finished === 0 || finished === false;
