import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';

/**
 * Writes down every program that starts below it, with its arguments and its environment, and what is sent to sockets by
 * name, as to a log.
 */
export const traced = (file: string): readonly string[] => [
  'strace',
  '--follow-forks',
  '--seccomp-bpf',
  '--trace=execve,connect,sendto,sendmsg',
  '--no-abbrev',
  '--string-limit=200000',
  `--output=${file}`,
];

/** The node's trace; its /dev is the host's, its /run is its own. */
const NODE_TRACE = '/run/testnode/sshd.strace';

/** Replaces the node's sshd by one that is watched, so that all that a play starts on the node is seen. */
export async function watchNode(cluster: Cluster, node: string): Promise<void> {
  const sh = (script: string): Promise<unknown> => cluster.exec(node, ['/bin/sh', '-c', script]);
  await sh('kill "$(cat /run/sshd.pid)"; rm -f /run/sshd.pid');
  const sshd = ['/usr/sbin/sshd', '-D', '-E', '/var/log/sshd.log'];
  spawn('/usr/bin/env', [...cluster.enter(node), ...traced(NODE_TRACE), ...sshd], {
    stdio: 'ignore',
  }).unref();
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await cluster.exec(node, ['test', '-s', '/run/sshd.pid'])).rc === 0) return;
    await setTimeout(50);
  }
  throw new Error(`the watched sshd of ${node} did not start`);
}

/** Where something was found, or looked for. */
export interface Place {
  readonly name: string;
  readonly text: string;
}

/** Each line of a trace, which is one call of the kernel, is a place. */
const callsIn = (name: string, trace: string): readonly Place[] =>
  trace
    .split('\n')
    .filter(line => /\b(?:execve|connect|sendto|sendmsg)\(/.test(line))
    .map((text, index) => ({ name: `${name}, call ${index + 1}`, text }));

export const tracedCalls = (name: string, file: string): readonly Place[] =>
  callsIn(name, readFileSync(file, 'utf8'));

export const nodeCalls = async (cluster: Cluster, node: string): Promise<readonly Place[]> =>
  callsIn(node, await cluster.readFile(node, NODE_TRACE));

/** A text as it may stand in a file or an argument: as it is, in a URL, in base64 at any offset, in hexadecimal. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // A neighbour shares up to three characters at each end.
  const inBase64 = [0, 1, 2].map(offset =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  return [secret, encodeURIComponent(secret), ...inBase64, bytes.toString('hex')];
}

/** Names of the places where one of the texts stands, with the text around it. */
export function met(places: readonly Place[], secrets: readonly string[]): readonly string[] {
  const forms = secrets.flatMap(formsOf);
  return places.flatMap(({ name, text }) => {
    const form = forms.find(candidate => text.includes(candidate));
    if (form === undefined) return [];
    const at = text.indexOf(form);
    return [`${name}: …${text.slice(Math.max(0, at - 200), at + form.length + 20)}`];
  });
}

/** Files that were made or changed since a moment, and those among them that hold one of the texts. */
export interface Searched {
  readonly files: readonly string[];
  readonly found: readonly string[];
}

/**
 * Searches what changed below some folders since `stamp`, a file. What is larger than any text is left out: these are
 * disks, with the content that the image's server gave them.
 */
export async function searchFiles(
  run: Cluster['controllerExec'],
  folders: readonly string[],
  stamp: string,
  texts: readonly string[],
): Promise<Searched> {
  const find = ['find', ...folders, '-type', 'f', '-cnewer', stamp, '-size', '-64M', '-print0'];
  const { stdout: files } = await run(find);
  const patterns = texts.flatMap(formsOf).flatMap(text => ['-e', text]);
  const grep = ['xargs', '-0', '-r', 'grep', '-alsF', ...patterns, '--'];
  const { stdout: found } = await run(grep, { stdin: files });
  return {
    files: files.split('\0').filter(path => path !== ''),
    found: found.split('\n').filter(path => path !== ''),
  };
}
