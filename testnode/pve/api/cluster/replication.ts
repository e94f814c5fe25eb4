import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { readClusterFile } from '../../config/cluster.ts';

/**
 * Jobs of storage replication, those of guests that the caller may audit (the API's documentation; not recorded). Nothing is
 * replicated on a test node: only the file is there.
 */
export function replicationJobs(_: Parameters, caller: Caller): readonly object[] {
  const jobs: Record<string, string>[] = [];
  for (const line of (readClusterFile('replication.cfg') ?? '').split('\n')) {
    const [, type, guest, jobnum] = /^(\w+):\s*(\d+)-(\d+)\s*$/.exec(line) ?? [];
    if (type !== undefined && guest !== undefined && jobnum !== undefined)
      jobs.push({ id: `${guest}-${jobnum}`, type, guest, jobnum });
    const [, name, value] = /^\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) Object.assign(jobs.at(-1) ?? {}, { [name]: value });
  }
  return jobs.filter(({ guest }) => caller.may(`/vms/${guest ?? ''}`, 'VM.Audit'));
}
