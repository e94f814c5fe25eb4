import { execa } from 'execa';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build/modules.ts';
import type { PlaybookOptions } from '../testnode/playbook.ts';
import type { BenchScene } from './scene.ts';
import { FIRST_NODE, type Variables } from './work.ts';

/** One way to do the work. */
export interface Way {
  readonly name: string;
  readonly is: string;
  /** With variables of the environment besides, for Ansible. */
  run(scene: BenchScene, vars: Variables, env?: Readonly<Record<string, string>>): Promise<Effort>;
}

/** What a run took on the controller's side. */
interface Effort {
  readonly seconds: number;
  /** Tasks that Ansible started; 0 where there is no Ansible. */
  readonly tasks: number;
  /** Processes of the SSH client: round trips, and opening the connection. */
  readonly sshProcesses: number;
}

const PEERS = join(import.meta.dirname, 'peers');
const NOT_PIPELINED = { ANSIBLE_PIPELINING: 'false' };

const CLIENTS = join(root, '.cache/clients');

export const ours: Way = playbookWay('role', 'this role', { playbook: 'ours.yml' });
export const oursPlain: Way = playbookWay(
  'role, plain calls',
  'this role with `proxmox_qm: plain`: every call starts `qm`',
  { playbook: 'ours.yml', args: ['-e', 'proxmox_qm=plain'] },
);
export const oursByApi: Way = playbookWay('role by api', 'this role by the REST API, with a token', {
  playbook: 'ours.yml',
  args: ['-e', 'host=localhost', '-e', 'proxmox_connection=api'],
});
export const yaml: Way = playbookWay('yaml', 'an expert’s pure YAML, pipelining on', {
  playbook: 'yaml/site.yml',
});
export const yamlPlain: Way = playbookWay(
  'yaml, no pipelining',
  'the same playbook as Ansible runs it by default',
  { playbook: 'yaml/site.yml', env: NOT_PIPELINED },
);
export const classic: Way = playbookWay(
  'classic',
  'one qm set per option, qm status as guard, pipelining off',
  { playbook: 'classic/site.yml', env: NOT_PIPELINED },
);
export const community: Way = playbookWay(
  'community.proxmox',
  'an expert’s playbook of the modules of community.proxmox, which ask the REST API',
  {
    playbook: 'community/site.yml',
    programs: join(CLIENTS, 'bin'),
    env: { ANSIBLE_COLLECTIONS_PATH: CLIENTS },
  },
);
export const floor: Way = {
  name: 'floor',
  is: 'a shell script over one SSH connection to each node with the necessary qm calls only',
  run: runFloor,
};

interface Play extends Pick<PlaybookOptions, 'playbook' | 'args' | 'programs' | 'env'> {
  /** In the folder of the peers. */
  readonly playbook: string;
}

function playbookWay(name: string, is: string, { playbook, args = [], env = {}, programs }: Play): Way {
  return {
    name,
    is,
    run: async (scene, vars, more = {}) => {
      const variables = join(scene.home, 'vars.json');
      writeFileSync(variables, JSON.stringify(vars));
      const ssh = countingSsh(scene);
      const start = performance.now();
      const { rc, output } = await scene.playbook({
        ...(programs !== undefined && { programs }),
        playbook: join(PEERS, playbook),
        args: ['-e', `@${variables}`, ...args],
        env: { ANSIBLE_PIPELINING: 'true', ANSIBLE_SSH_EXECUTABLE: ssh.program, ...env, ...more },
      });
      const seconds = (performance.now() - start) / 1000;
      if (rc !== 0) throw new Error(`${name}: the playbook failed\n${output}`);
      return { seconds, tasks: output.match(/^TASK \[/gm)?.length ?? 0, sshProcesses: ssh.count() };
    },
  };
}

/** An `ssh` that leaves a line in a file for each process; it costs a millisecond, and every way has it. */
function countingSsh({ home, sshOptions }: BenchScene): { readonly program: string; count(): number } {
  const program = join(home, 'ssh');
  const log = join(home, 'ssh.log');
  writeFileSync(
    program,
    `#!/bin/sh\necho >> ${log}\nexec ssh ${sshOptions.map(word => `'${word}'`).join(' ')} "$@"\n`,
  );
  chmodSync(program, 0o755);
  writeFileSync(log, '');
  return { program, count: () => readFileSync(log, 'utf8').length };
}

async function runFloor({ cluster, sshOptions }: BenchScene, vars: Variables): Promise<Effort> {
  const ssh = [...cluster.enterController(), 'ssh', ...sshOptions, '-F', cluster.sshConfigFile];
  const input = shellVariables(vars) + readFileSync(join(PEERS, 'floor.sh'), 'utf8');
  const start = performance.now();
  for (const node of cluster.names) await execa('env', [...ssh, node, 'bash'], { input });
  return {
    seconds: (performance.now() - start) / 1000,
    tasks: 0,
    sshProcesses: cluster.names.length,
  };
}

function shellVariables({ vm_ssh_keys: [key], clones, ...plain }: Variables): string {
  const rows = clones.map(({ vmid, name, ip, gw, cores, memory, node = FIRST_NODE }) =>
    [vmid, name, ip, gw, cores, memory, node].join(' '),
  );
  const all = {
    ...plain,
    vm_node: FIRST_NODE,
    vm_ssh_key: key,
    clones: rows.map(row => `${row}\n`).join(''),
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}='${String(value)}'\n`)
    .join('');
}
