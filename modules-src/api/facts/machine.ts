import type { Readings } from '../../sdk/cluster.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { textIn, type Api } from '../api.ts';
import { unlessForbidden } from '../client/failure.ts';

/** As Linux calls them, and Node.js. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'x64', aarch64: 'arm64' };

interface Asking extends Pick<Api, 'node'> {
  readonly client: Pick<Api['client'], 'get'>;
}

/** The node as far as the token may see it (Sys.Audit), with the Node.js of the controller. */
export const readMachine =
  ({ client, node }: Asking): Readings['readMachine'] =>
  async () => {
    const [version, status] = await Promise.all([
      client.get('/version'),
      client.get(`/nodes/${node}/status`).catch(unlessForbidden),
    ]);
    const { cpuinfo, memory, 'current-kernel': kernel } = fieldsOf(status);
    const [cpus, total] = [fieldsOf(cpuinfo)['cpus'], fieldsOf(memory)['total']];
    return {
      name: node,
      isRoot: true,
      nodejs: process.version,
      architecture: ARCHITECTURES[textIn(kernel, 'machine') ?? ''],
      cpus: typeof cpus === 'number' ? cpus : undefined,
      memoryMib: typeof total === 'number' ? Math.floor(total / 1024 ** 2) : undefined,
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
