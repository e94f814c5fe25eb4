import type { Readings } from '../../sdk/cluster.ts';
import { fieldsOf, textIn, type Api } from '../api.ts';
import { unlessForbidden } from '../client/failure.ts';

/** The node as far as the token may see it (Sys.Audit), with the Node.js of the controller; what is unknown is as good as there. */
export const readMachine =
  ({ client, node }: Api): Readings['readMachine'] =>
  async () => {
    const [version, status] = await Promise.all([
      client.get('/version'),
      client.get(`/nodes/${node}/status`).catch(unlessForbidden),
    ]);
    const { cpuinfo, memory } = fieldsOf(status);
    const [cpus, total] = [fieldsOf(cpuinfo)['cpus'], fieldsOf(memory)['total']];
    return {
      name: node,
      isRoot: true,
      nodejs: process.version,
      architecture: process.arch,
      cpus: typeof cpus === 'number' ? cpus : Number.MAX_SAFE_INTEGER,
      memoryMib: typeof total === 'number' ? Math.floor(total / 1024 ** 2) : Number.MAX_SAFE_INTEGER,
      clusterFiles: 'mounted',
      qm: 'the API',
      versions: { manager: textIn(version, 'version'), qemuServer: undefined },
      hasKvm: true,
      hasKeyReader: true,
    };
  };

/** Directories of the node are not for this door to look at. */
export const readPlace = (): Readings['readPlace'] => () =>
  Promise.resolve({ kind: 'directory', isWritable: true, freeBytes: Number.MAX_SAFE_INTEGER });
