import type { Readings } from '../../sdk/cluster.ts';
import { listOf, textIn, type Api } from '../api.ts';

/** What names guests by their VMIDs, in the form of the files of /etc/pve. */
export const readClusterLists =
  ({ client }: Api): Readings['readClusterLists'] =>
  async () => {
    const [ha, replication, jobs] = await Promise.all([
      client.get('/cluster/ha/resources'),
      client.get('/cluster/replication'),
      client.get('/cluster/backup'),
    ]);
    const texts = (answer: unknown, field: string): string[] =>
      listOf(answer).flatMap(line => textIn(line, field) ?? []);
    return {
      ha: texts(ha, 'sid')
        .map(sid => `${sid.replace(':', ': ')}\n`)
        .join(''),
      replication: texts(replication, 'id')
        .map(id => `local: ${id}\n`)
        .join(''),
      jobs: texts(jobs, 'vmid')
        .map(list => `\tvmid ${list}\n`)
        .join(''),
    };
  };
