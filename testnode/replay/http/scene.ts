import { join } from 'node:path';
import type { Cluster } from '../../host/cluster-handle.ts';
import { startApi } from '../../host/rest-access.ts';
import { runOrThrow, startDaemon } from '../../system/processes.ts';
import { writeWebFiles } from './web/files.ts';

const SERVER = join(import.meta.dirname, 'web/server.ts');
/** Storage files that the recorded node had from the start. */
const CONTENT: Readonly<Record<string, string>> = {
  'small.qcow2': 'import/small.qcow2',
  'small.raw': 'import/small.raw',
  'small.vmdk': 'import/small.vmdk',
  'img.iso': 'template/iso/img.iso',
};

/** Programs that steps of the recorder call: its own to start a daemon, and PVE's that mounts the cluster's files. */
const PROGRAMS: Readonly<Record<string, string>> = {
  '/usr/local/sbin/dstart': '#!/bin/sh\nexec "$1" start\n',
  '/usr/local/sbin/pmxcfs': '#!/bin/sh\n# What hid the files has been unmounted before.\n',
};

/** What the replay of HTTP recordings has around the node. */
export interface Scene {
  /** Folder with the files of the web server. */
  readonly webDirectory: string;
  /** Socket file that leads to the node's port 8006. */
  readonly socketPath: string;
}

/** Starts the web server of the recordings, and puts their files onto the node. */
export async function startScene(cluster: Cluster, node: string): Promise<Scene> {
  await startApi(cluster);
  const webDirectory = join(cluster.directory, 'web');
  const socketPath = join(cluster.directory, 'api.sock');
  await writeWebFiles(webDirectory);
  await placeContent(cluster, node);
  const { certificate, key } = await makeSelfSigned(cluster.directory);
  const program = [process.execPath, '--import', import.meta.resolve('tsx'), SERVER];
  const addresses = [`${cluster.network}.1`, cluster.address(node)];
  await startDaemon(
    [...cluster.enterController(), ...program, webDirectory, ...addresses, socketPath, certificate, key],
    { logFile: join(cluster.directory, 'web.log'), isPersistent: true },
  );
  return { webDirectory, socketPath };
}

async function placeContent(cluster: Cluster, node: string): Promise<void> {
  const copies = Object.entries(CONTENT).map(
    ([name, place]) =>
      `cp --sparse=always /srv/img/${name} /var/lib/vz/${place} && chmod 644 /var/lib/vz/${place}`,
  );
  const programs = Object.entries(PROGRAMS).map(
    ([path, text]) => `printf '%s' '${text}' > ${path} && chmod 755 ${path}`,
  );
  const snippet = 'umask 022; echo "#cloud-config" > /var/lib/vz/snippets/user.yaml';
  await cluster.succeed(node, ['bash', '-c', [...copies, ...programs, snippet].join(' && ')]);
}

async function makeSelfSigned(
  directory: string,
): Promise<{ readonly certificate: string; readonly key: string }> {
  const [certificate, key] = ['web.pem', 'web.key'].map(name => join(directory, name));
  const files = ['-keyout', key ?? '', '-out', certificate ?? ''];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await runOrThrow(['openssl', 'req', '-x509', ...newKey, '-subj', '/CN=web.test', '-days', '2', ...files]);
  return { certificate: certificate ?? '', key: key ?? '' };
}
