import type { Api } from './api.ts';
import { isUpid, waitForTask } from './client/task.ts';

/** Waits for the end of what was asked: an answer with a task's id only says that it was taken. Its warnings are kept. */
export async function waitForAnswer(
  { client, warnings }: Pick<Api, 'client' | 'warnings'>,
  answer: unknown,
  what: string,
): Promise<void> {
  if (!isUpid(answer)) return;
  const end = await waitForTask(client, answer, what);
  for (const warning of end.warnings) warnings.add(`${what}: ${warning}`);
}
