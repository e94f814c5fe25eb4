#!/usr/bin/env node
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { guestImage } from './guest/image.ts';
import { findCluster, startNodes } from './host/cluster.ts';
import type { Cluster } from './host/cluster-handle.ts';
import { openRestAccess, restEnvironment } from './host/rest-access.ts';
import { CLEAN_ENVIRONMENT } from './system/processes.ts';
import { makeBootableImage } from './image-server/bootable-image.ts';
import { everywhere } from './image-server/catalogue.ts';
import { debianMirror } from './image-server/debian-mirror.ts';
import { startImageServer } from './image-server/start.ts';

/** How this program is called: from the project, or from its package. */
const CALL = import.meta.filename.endsWith('.ts') ? 'npm run testnode --' : 'npx pve-test-node';
const USAGE = `Test nodes that behave like Proxmox VE hosts.

  ${CALL} up [N] [options]      start N nodes (1): pve01, pve02, …
      --pve 8|9                             version that they imitate (9)
      --boot                                qm start boots the guest for real (QEMU), else it only looks so
      --call-cost SECONDS                   processor time that each qm call burns; a real one takes 0.42
      --without-nodejs                      nodes without Node.js; Debian's can be installed
      --without-images                      no server that answers as the distributions' image sites
  ${CALL} exec NODE PROGRAM…    run a program in a node
  ${CALL} ssh NODE [COMMAND…]   log in to a node
  ${CALL} controller PROGRAM…   run a program in the nodes' network, to reach guests
  ${CALL} env                   print what clients of the REST API need: eval "$(… env)"
  ${CALL} inventory          print the path of the inventory
  ${CALL} down                  end everything and remove every trace
`;

/** One cluster for each copy of the project. */
const CLUSTER_NAME = `cli-${createHash('sha256')
  .update(import.meta.dirname)
  .digest('hex')
  .slice(0, 8)}`;
const USAGE_ERROR = 2;

async function up(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      pve: { type: 'string', default: '9' },
      boot: { type: 'boolean', default: false },
      'call-cost': { type: 'string', default: '0' },
      'without-nodejs': { type: 'boolean', default: false },
      'without-images': { type: 'boolean', default: false },
    },
  });
  if (findCluster(CLUSTER_NAME))
    throw new UsageError(`the nodes are up already; end them first: ${CALL} down`);
  const cluster = await startNodes({
    nodes: wholeNumber(positionals[0] ?? '1'),
    version: versionOf(values.pve),
    guests: values.boot ? 'boot' : 'pretend',
    callCost: Number(values['call-cost']),
    nodejs: !values['without-nodejs'],
    persistAs: CLUSTER_NAME,
  });
  await openRestAccess(cluster);
  if (!values['without-images'])
    await serveImages(cluster, await imageOf(cluster, values.boot), values['without-nodejs']);
  process.stdout.write(describeCluster(cluster));
  return 0;
}

/** Guests that boot need what takes a minute to build; those that only look so do not. */
const imageOf = (cluster: Cluster, boots: boolean): Promise<string> =>
  boots
    ? guestImage(message => process.stderr.write(`${message}\n`))
    : makeBootableImage(join(cluster.directory, 'small.qcow2'));

async function serveImages(cluster: Cluster, image: string, withMirror: boolean): Promise<void> {
  const mirror = withMirror ? await debianMirror() : {};
  await startImageServer(cluster, { files: { ...everywhere(image), ...mirror } });
}

async function down(): Promise<number> {
  await findCluster(CLUSTER_NAME)?.down();
  return 0;
}

function env(): number {
  for (const [name, value] of Object.entries(restEnvironment(runningCluster())))
    process.stdout.write(`export ${name}='${value}'\n`);
  return 0;
}

function inventory(): number {
  process.stdout.write(`${runningCluster().inventoryFile}\n`);
  return 0;
}

function exec([node, ...argv]: readonly string[]): number {
  const cluster = runningCluster();
  if (node === undefined || argv.length === 0) throw new UsageError('exec needs a node and a program');
  return attach([...cluster.enter(knownNode(cluster, node)), ...argv]);
}

function ssh([node, ...command]: readonly string[]): number {
  const cluster = runningCluster();
  if (node === undefined) throw new UsageError('ssh needs a node');
  return attach(['ssh', '-F', cluster.sshConfigFile, knownNode(cluster, node), ...command]);
}

function controller(argv: readonly string[]): number {
  if (argv.length === 0) throw new UsageError('controller needs a program');
  return attach([...runningCluster().enterController(), ...argv], process.env);
}

/** Gives the terminal to a program and waits for its end. */
function attach(argv: readonly string[], env: NodeJS.ProcessEnv = terminalEnvironment()): number {
  const [program = '', ...args] = argv;
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', env });
  if (error) throw error;
  return status ?? 1;
}

function terminalEnvironment(): NodeJS.ProcessEnv {
  return { ...CLEAN_ENVIRONMENT, TERM: process.env['TERM'] ?? 'dumb' };
}

function describeCluster(cluster: Cluster): string {
  const nodes = cluster.names.map(name => `  ${name}  ${cluster.address(name)}\n`).join('');
  return `${nodes}
inventory   ${cluster.inventoryFile}
ssh config  ${cluster.sshConfigFile}

  ansible-playbook -i ${cluster.inventoryFile} PLAYBOOK
  ${CALL} exec pve01 qm list
  eval "$(${CALL.replace('npm run', 'npm run -s')} env)"; ${CALL} controller curl --cacert "$SSL_CERT_FILE" "$PROXMOX_VE_ENDPOINT/api2/json/version" -H "Authorization: PVEAPIToken=$PROXMOX_VE_API_TOKEN"
  ${CALL} down
`;
}

function runningCluster(): Cluster {
  const cluster = findCluster(CLUSTER_NAME);
  if (cluster === undefined) throw new UsageError(`no nodes are up; start them first: ${CALL} up`);
  return cluster;
}

function knownNode(cluster: Cluster, node: string): string {
  if (!cluster.names.includes(node))
    throw new UsageError(`no node ${node}; there are ${cluster.names.join(', ')}`);
  return node;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new UsageError(`${text} is no number of nodes from 1 to 99`);
  return Number(text);
}

function versionOf(text: string): '8' | '9' {
  if (text !== '8' && text !== '9') throw new UsageError(`cannot imitate version ${text}; there are 8 and 9`);
  return text;
}

class UsageError extends Error {}

function runCommand([command, ...args]: readonly string[]): number | Promise<number> {
  switch (command) {
    case 'up':
      return up(args);
    case 'exec':
      return exec(args);
    case 'ssh':
      return ssh(args);
    case 'controller':
      return controller(args);
    case 'env':
      return env();
    case 'inventory':
      return inventory();
    case 'down':
      return down();
    default:
      process.stderr.write(USAGE);
      return USAGE_ERROR;
  }
}

try {
  process.exitCode = await runCommand(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? USAGE_ERROR : 1;
}
