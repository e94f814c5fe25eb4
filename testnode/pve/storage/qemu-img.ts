import { datacenterOption } from '../config/datacenter.ts';
import { InterruptFailure, PveFailure } from '../runtime/failure.ts';
import { print, relay, warn } from '../runtime/output.ts';
import { runAndListen, runToEnd } from '../runtime/run-command.ts';
import { isVersion9, nodeSettings } from '../runtime/settings.ts';
import { fixed, renderBytes } from './size.ts';
import type { ImageFormat } from './backend.ts';
import { QEMU_IMG } from './image-file.ts';

const KIB_PER_MIB = 1024;
const PROGRESS = /\((\d+\.\d+)\/100%\)/g;

/** Creates an empty image; qemu-img's own line goes to the caller. */
export function createImage(path: string, format: ImageFormat, bytes: number): void {
  const preallocation = {
    raw: ['-o', 'preallocation=off'],
    qcow2: ['-o', 'preallocation=metadata'],
    vmdk: [],
  };
  relayRun(['create', ...preallocation[format], '-f', format, path, String(bytes)]);
}

/** Creates a qcow2 image on top of a base image, given relative to the new image. */
export function createLinkedImage(path: string, base: string, baseFormat: string, bytes: number): void {
  const options = isVersion9() ? ['-o', 'extended_l2=on,cluster_size=128k'] : [];
  relayRun(['create', '-b', base, '-F', baseFormat, '-f', 'qcow2', ...options, path, String(bytes)]);
}

/** Gives an image a new size. Version 9 says how the new space is to be allocated. */
export function resizeImage(path: string, format: string, bytes: number, isQuiet = false): void {
  const preallocation = format === 'qcow2' ? 'metadata' : 'off';
  const shown = isVersion9() ? [`'--preallocation=${preallocation}'`] : [];
  const { status, stdout, stderr } = runToEnd(QEMU_IMG, [
    'resize',
    `--preallocation=${isVersion9() ? preallocation : 'off'}`,
    '-f',
    format,
    path,
    String(bytes),
  ]);
  if (!isQuiet) relay(Buffer.from(stdout));
  if (status === 0) return;
  warn(stderr.trimEnd());
  throw commandFailed(['resize', ...shown, '-f', format, path, String(bytes)], status);
}

/** Takes, applies or deletes an internal snapshot. */
export function snapshotImage(path: string, action: 'create' | 'apply' | 'delete', snapshot: string): void {
  const flag = { create: '-c', apply: '-a', delete: '-d' }[action];
  const args = ['snapshot', flag, snapshot, path];
  const { status, stderr } = runToEnd(QEMU_IMG, args);
  if (status === 0) return;
  warn(stderr.trimEnd());
  throw commandFailed(args, status);
}

/** One side of a copy. */
export interface CopyEnd {
  readonly path: string;
  readonly format: string;
}

/** Copies an image into an existing, empty one and shows the progress as PVE does. */
export async function copyImage(
  source: CopyEnd,
  target: CopyEnd,
  bytes: number,
  kibPerSecond?: number,
): Promise<void> {
  const formats = ['-f', source.format, '-O', target.format];
  const progress = reportProgress(bytes);
  const errors: string[] = [];
  const asked = askedRate(kibPerSecond);
  const limit = asked > 0 ? ['-r', `${asked}K`] : [];
  const rate = asked > 0 ? asked : nodeSettings().copyRate * KIB_PER_MIB;
  const command = ['convert', '-p', '-n', ...limit, ...formats, source.path, `zeroinit:${target.path}`];
  const status = await runAndListen(
    QEMU_IMG,
    [
      'convert',
      // PVE's own qemu-img knows `zeroinit:`; the stock one says the same with this option.
      ...(target.format === 'vmdk' ? [] : ['--target-is-zero']),
      '-U',
      '-p',
      '-n',
      ...(rate > 0 ? ['-r', `${rate}K`] : []),
      ...formats,
      source.path,
      target.path,
    ],
    { onOutput: text => progress.read(text), onError: text => errors.push(text) },
  ).catch((error: unknown) => {
    if (!(error instanceof InterruptFailure)) throw error;
    const text = `copy failed: command '${QEMU_IMG} ${command.join(' ')}' failed: ${error.message}`;
    throw new InterruptFailure(text, error.isLeft);
  });
  if (errors.length > 0) warn(errors.join('').trimEnd());
  if (status !== 0) throw copyFailed(source, target, status);
  progress.finish();
}

/** The limit that a call asks for, or the datacenter sets, in KiB per second; 0 is none. */
function askedRate(kibPerSecond: number | undefined): number {
  const limits = datacenterOption('bwlimit');
  return kibPerSecond ?? Number(limits.get('clone') ?? limits.get('default') ?? 0);
}

/** The failure of a copy, naming the command as PVE's own qemu-img knows it. */
export function copyFailed(source: CopyEnd, target: CopyEnd, status: number): PveFailure {
  const shown = ['convert', '-p', '-n', '-f', source.format, '-O', target.format, source.path];
  return new PveFailure(
    `copy failed: ${commandFailed([...shown, `zeroinit:${target.path}`], status).message}`,
  );
}

function reportProgress(bytes: number): { read: (text: string) => void; finish: () => void } {
  let shown = -1;
  const show = (percent: number): void => {
    shown = percent;
    const done = renderBytes((bytes * percent) / 100);
    print(`transferred ${done} of ${renderBytes(bytes)} (${fixed(percent, 2)}%)`);
  };
  return {
    read: text => {
      for (const [, percent] of text.matchAll(PROGRESS)) {
        if (Number(percent) >= shown + 1 || shown < 0) show(Number(percent));
      }
    },
    finish: () => show(100),
  };
}

function relayRun(args: readonly string[]): void {
  const { status, stdout, stderr } = runToEnd(QEMU_IMG, args);
  relay(Buffer.from(stdout));
  if (status === 0) return;
  const lines = stderr.trimEnd().split('\n');
  for (const line of lines.slice(0, -1)) warn(line);
  throw new PveFailure(`unable to create image: ${lines.at(-1) ?? ''}`);
}

function commandFailed(args: readonly string[], status: number): PveFailure {
  return new PveFailure(`command '${QEMU_IMG} ${args.join(' ')}' failed: exit code ${status}`);
}
