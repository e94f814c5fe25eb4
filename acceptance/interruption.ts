/** What the user wants by Ctrl-C, by SIGTERM or by closing the terminal. */
export interface Interruption {
  /** No step is begun any more. */
  readonly stop: AbortSignal;
  /** The playbook that runs is killed. */
  readonly kill: AbortSignal;
}

/**
 * A node goes on with what it has begun when a playbook is killed, and could make a VM that the removal has looked for in
 * vain. So the playbook may end, unless the user asks once more.
 */
export function watchInterruption(tell: (text: string) => void): Interruption {
  const [stop, kill] = [new AbortController(), new AbortController()];
  const hear = (): void => {
    if (stop.signal.aborted) kill.abort();
    else
      tell('interrupted: the playbook that runs may end, then what was made is removed; once more kills it');
    stop.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, hear);
  // A terminal that was closed takes no more, and the removal goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return { stop: stop.signal, kill: kill.signal };
}
