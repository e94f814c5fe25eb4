/** A line with which a call says that something is odd; the same lines end a task with `WARNINGS: n` (qemu-server 9.2). */
const WARNING = /^WARN: .*$/gm;

const heard = new Set<string>();

/** Keeps the warnings of a call for the result; `what` says which call it was. */
export function hearWarnings(what: string, output: string): void {
  for (const [warning] of output.matchAll(WARNING)) heard.add(`${what}: ${warning}`);
}

export const heardWarnings = (): readonly string[] => [...heard];

/** What a call has said besides. */
export const withoutWarnings = (output: string): string => output.replace(WARNING, '');
