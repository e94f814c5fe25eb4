import type { Client } from './client.ts';

/** What the API says at one moment: what is asked twice has one answer. */
export interface Moment {
  readonly client: Client;
  /** What is asked from now on is answered anew. */
  readonly next: () => void;
}

/** For who only looks: several readings ask the same thing. A failure is no answer. */
export function oneMoment(client: Client): Moment {
  const answers = new Map<string, Promise<unknown>>();
  const ask = (path: string): Promise<unknown> => {
    const answer = client.get(path);
    answers.set(path, answer);
    answer.catch(() => answers.delete(path));
    return answer;
  };
  return {
    client: { ...client, get: path => answers.get(path) ?? ask(path) },
    next: () => answers.clear(),
  };
}
