import { readdirSync, readFileSync, rmSync, openSync, writeSync, closeSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow } from '../system/processes.ts';
import { DISK_SIZE, KERNEL_COMMAND_LINE } from './recipe.ts';

const MIB = 1 << 20;
const BOOT_START = 1;
const BOOT_SIZE = 62;
const ROOT_START = 64;
/** Space for the second partition table at the end, in MiB. */
const TABLE_SIZE = 1;
/** Part of the first sector that holds boot code; the partition table follows it. */
const BOOT_CODE_SIZE = 440;
const BOOT_CODE = '/usr/lib/syslinux/mbr/gptmbr.bin';
const SHIM = 'boot-files/usr/lib/shim/shimx64.efi.signed';
const GRUB = 'boot-files/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed';

const PARTITIONS = `label: gpt
15: start=${BOOT_START}MiB, size=${BOOT_SIZE}MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=esp, attrs=LegacyBIOSBootable
1: start=${ROOT_START}MiB, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=root
`;

/** Makes a disk that boots under BIOS and UEFI from a root file system's files; without loop devices and mounts. */
export async function makeDisk(work: string, root: string, output: string): Promise<void> {
  const boot = await makeBootPartition(work, root);
  const disk = join(work, 'disk.raw');
  await runOrThrow(['truncate', `--size=${DISK_SIZE}M`, disk]);
  await runOrThrow(['sfdisk', '--quiet', disk], { stdin: PARTITIONS });
  copyInto(disk, 0, readFileSync(BOOT_CODE).subarray(0, BOOT_CODE_SIZE));
  copyInto(disk, BOOT_START * MIB, readFileSync(boot));
  const rootSize = `${(DISK_SIZE - ROOT_START - TABLE_SIZE) * 1024}k`;
  const options = `offset=${ROOT_START * MIB},lazy_itable_init=1`;
  await runOrThrow(['mke2fs', '-q', '-t', 'ext4', '-L', 'rootfs', '-d', root, '-E', options, disk, rootSize]);
  const zstd = ['-O', 'qcow2', '-o', 'compression_type=zstd'];
  await runOrThrow(['qemu-img', 'convert', '-c', '-f', 'raw', ...zstd, disk, output]);
}

/** One FAT partition that syslinux boots under BIOS and GRUB under UEFI, also Secure Boot. The initial file system moves there. */
async function makeBootPartition(work: string, root: string): Promise<string> {
  const partition = join(work, 'boot.fat');
  const kernel = bootFile(root, 'vmlinuz-');
  const initrd = bootFile(root, 'initrd.img-');
  await runOrThrow(['truncate', `--size=${BOOT_SIZE}M`, partition]);
  await runOrThrow(['mkfs.vfat', '-n', 'ESP', partition]);
  await runOrThrow(['mmd', '-i', partition, '::/EFI', '::/EFI/BOOT', '::/EFI/debian']);
  const copies = [
    [kernel, 'vmlinuz'],
    [initrd, 'initrd.img'],
    [join(work, SHIM), 'EFI/BOOT/BOOTX64.EFI'],
    [join(work, GRUB), 'EFI/BOOT/grubx64.efi'],
    // The place that is built into Debian's signed GRUB.
    [textFile(work, 'grub.cfg', grubConfig()), 'EFI/debian/grub.cfg'],
    [textFile(work, 'syslinux.cfg', syslinuxConfig()), 'syslinux.cfg'],
  ] as const;
  for (const [source, target] of copies) await runOrThrow(['mcopy', '-i', partition, source, `::/${target}`]);
  await runOrThrow(['syslinux', '--install', partition]);
  rmSync(initrd);
  return partition;
}

function grubConfig(): string {
  return `linux /vmlinuz ${KERNEL_COMMAND_LINE}\ninitrd /initrd.img\nboot\n`;
}

function syslinuxConfig(): string {
  const entry = `LABEL l\n LINUX /vmlinuz\n INITRD /initrd.img\n APPEND ${KERNEL_COMMAND_LINE}\n`;
  return `SERIAL 0 115200\nDEFAULT l\nPROMPT 0\nTIMEOUT 1\n${entry}`;
}

function bootFile(root: string, prefix: string): string {
  const name = readdirSync(join(root, 'boot')).find(file => file.startsWith(prefix));
  if (name === undefined) throw new Error(`no ${prefix}* in ${root}/boot: the kernel was not installed`);
  return join(root, 'boot', name);
}

function textFile(work: string, name: string, text: string): string {
  const file = join(work, name);
  writeFileSync(file, text);
  return file;
}

function copyInto(file: string, offset: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, offset);
  closeSync(handle);
}
