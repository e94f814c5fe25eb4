import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Section } from '../config/sections.ts';
import { bootDisk } from '../config/boot-order.ts';
import { drivesOf, isCdrom } from '../config/drive.ts';
import { isVolumeId } from '../storage/volume-id.ts';
import { inspectVolume, volumePath } from '../storage/volumes.ts';
import { hasOperatingSystem } from './operating-system.ts';

/** What guests that do something have done: `<event> <VMID> <process> <disk> …`, a line each, in their order. */
const LOG = '/var/lib/testnode/guests.log';

/*
 * A guest that counts: the number at the beginning of each of its data disks is noted, then written, again and again. Two that
 * had one disk would note a number twice, and one that lost what another wrote would begin anew. Its agent answers at the
 * place of QEMU's socket, where an operating system has come up.
 */
const GUEST = `
const { appendFileSync, openSync, readSync, rmSync, writeSync } = require('node:fs');
const { createServer } = require('node:net');
const [, , vmid, log, boot, system, ...disks] = process.argv;
const say = (event, ...words) => appendFileSync(log, [event, vmid, process.pid, ...words].join(' ') + '\\n');
say('start', boot);
process.on('SIGTERM', () => process.exit());
const open = disks.map(disk => [disk, openSync(disk, 'r+')]);
const count = () => {
  for (const [disk, file] of open) {
    const text = Buffer.alloc(16);
    readSync(file, text, 0, 16, 0);
    const next = (Number.parseInt(text.toString('latin1'), 10) || 0) + 1;
    say('count', disk, next);
    writeSync(file, String(next).padEnd(15) + '\\n', 0);
  }
};
count();
setInterval(count, 50);
const answers = { 'guest-network-get-interfaces': () => [], 'guest-exec': () => ({ pid: 1 }), 'guest-exec-status': () => ({ exited: true, exitcode: 0 }) };
const socket = '/var/run/qemu-server/' + vmid + '.qga';
rmSync(socket, { force: true });
if (system === 'up') createServer(client => client.on('error', () => undefined).on('data', data => {
  for (const line of data.toString().trim().split('\\n')) {
    const { execute, arguments: given } = JSON.parse(line);
    client.write(JSON.stringify({ return: given?.id ?? answers[execute]?.() ?? {} }) + '\\n');
  }
})).listen(socket);
`;

/** Program and arguments of a guest that counts on all its disks but the one that it boots from. */
export function workingGuest(vmid: number, config: Section): readonly [string, ...string[]] {
  const boot = bootDisk(config);
  const disks = drivesOf(config).filter(
    drive =>
      /^(?:ide|sata|scsi|virtio)/.test(drive.slot) &&
      drive.slot !== boot &&
      !isCdrom(drive) &&
      isVolumeId(drive.file) &&
      inspectVolume(drive.file).format === 'raw',
  );
  mkdirSync(dirname(LOG), { recursive: true });
  const system = hasOperatingSystem(config) ? 'up' : 'none';
  return [
    process.execPath,
    ...['-e', GUEST, '--', '-id', String(vmid), LOG, config.get(boot ?? '') ?? 'nothing', system],
    ...disks.map(({ file }) => volumePath(file)),
  ];
}
