import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { controllerAddress } from './plan.ts';
import { runOrThrow } from '../system/processes.ts';

const DNSMASQ = '/usr/sbin/dnsmasq';
const LEASES = 'dhcp.leases';
/** Directory with files in the format of /etc/hosts; the DNS sees new ones at once. */
const NAMES = 'dns';

/** An address that a guest got. */
export interface Lease {
  readonly mac: string;
  readonly address: string;
  /** The name the guest sent, if any. */
  readonly hostname: string | undefined;
}

/** Serves addresses .150 to .250 to guests on vmbr0, and DNS for the names of the cluster. */
export async function startDhcp(state: string, lan: number, network: string): Promise<void> {
  if (!existsSync(DNSMASQ)) throw new Error(`cannot find ${DNSMASQ}: install the package dnsmasq-base`);
  mkdirSync(join(state, NAMES));
  await runOrThrow([
    ...['nsenter', `--target=${lan}`, '--net', '--pid', '--', DNSMASQ],
    ...[
      '--conf-file=/dev/null',
      '--user=root',
      '--group=root',
      '--no-resolv',
      '--no-hosts',
      '--bind-interfaces',
    ],
    ...['--interface=lan0', '--except-interface=lo', `--listen-address=${controllerAddress(network)}`],
    ...[`--hostsdir=${join(state, NAMES)}`, '--domain=test', `--pid-file=${join(state, 'dnsmasq.pid')}`],
    ...[
      `--dhcp-range=${network}.150,${network}.250,1h`,
      '--dhcp-authoritative',
      '--dhcp-no-override',
      '--no-ping',
    ],
    ...[`--dhcp-leasefile=${join(state, LEASES)}`, `--log-facility=${join(state, 'dnsmasq.log')}`],
  ]);
}

/** Makes the DNS of a cluster answer names with an address. */
export function addNames(state: string, address: string, names: readonly string[]): void {
  writeFileSync(join(state, NAMES, address), `${address} ${names.join(' ')}\n`);
}

/** The addresses given so far. */
export function readLeases(state: string): readonly Lease[] {
  const file = join(state, LEASES);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .map(line => line.split(' '))
    .flatMap(([, mac, address, hostname]) =>
      mac !== undefined && address !== undefined
        ? [{ mac, address, hostname: hostname === '*' ? undefined : hostname }]
        : [],
    );
}
