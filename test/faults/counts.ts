import type { Cluster } from '../../testnode/host/cluster-handle.ts';

const NODE = 'pve01';
const LOG = '/var/lib/testnode/guests.log';

/** A number that a guest noted and then wrote at the beginning of a disk. */
interface Count {
  readonly vmid: string;
  readonly process: string;
  readonly disk: string;
  readonly number: number;
}

/** What is wrong with what guests have counted on data disks: nothing, where no number was lost and no disk had two guests. */
export async function countFaults(cluster: Cluster): Promise<readonly string[]> {
  const { stdout } = await cluster.exec(NODE, ['sh', '-c', `cat ${LOG} 2>/dev/null || true`]);
  const counts = countsIn(stdout);
  const disks = [...new Set(counts.map(({ disk }) => disk))];
  const ends = await Promise.all(
    disks.map(async disk => [disk, (await cluster.exec(NODE, ['head', '-c', '15', disk])).stdout] as const),
  );
  return [...faultsOf(counts), ...ends.flatMap(([disk, text]) => endFault(counts, disk, Number(text)))];
}

export const countsIn = (log: string): readonly Count[] =>
  log.split('\n').flatMap(line => {
    const [event, vmid = '', process = '', disk = '', number] = line.split(' ');
    return event === 'count' ? [{ vmid, process, disk, number: Number(number) }] : [];
  });

/**
 * On each disk every number follows the one before. A guest that was killed between its note and its write leaves a number
 * to the next one, which notes it again; but who has been followed by another never comes back.
 */
export function faultsOf(counts: readonly Count[]): readonly string[] {
  const last = new Map<string, Count>();
  const gone = new Set<string>();
  return counts.flatMap(count => {
    const { vmid, process, disk, number } = count;
    const before = last.get(disk);
    last.set(disk, count);
    const isSame = before?.process === process && before.vmid === vmid;
    if (!isSame && before !== undefined) gone.add(`${disk} ${before.process}`);
    const due =
      before === undefined ? [1] : isSame ? [before.number + 1] : [before.number, before.number + 1];
    const where = `${disk}: VM ${vmid} (process ${process}) counts ${number}`;
    return [
      ...(due.includes(number) ? [] : [`${where}, where ${due.join(' or ')} was due`]),
      ...(gone.has(`${disk} ${process}`) && !isSame ? [`${where} although another guest has the disk`] : []),
    ];
  });
}

/** What the disk has at last is what was noted at last, or the one before it: a write may be still to come. */
function endFault(counts: readonly Count[], disk: string, number: number): readonly string[] {
  const noted = counts.findLast(count => count.disk === disk)?.number ?? 0;
  return number >= noted - 1 ? [] : [`${disk}: has ${number}, and ${noted} was counted`];
}
