import type { RawStep } from './transcript.ts';

/** What a QEMU that locks its images makes qemu-img say. */
const LOCKED_IMAGE = 'Failed to get shared';
/** Processors of the machine that everything was recorded on. */
const CPUS = 2;

/** What the recorded node had that a test node can be told: its QEMU, its firmware's keys, its processors. */
export function recordedFacts(
  lines: readonly Partial<RawStep>[],
): Readonly<Record<string, string | number | boolean>> {
  const configs = lines.flatMap(({ conf_after }) => Object.values(conf_after ?? {})).join('\n');
  const qemu = /^meta: .*creation-qemu=([\d.]+)/m.exec(configs)?.[1];
  return {
    ...(qemu === undefined ? {} : { qemu }),
    firmwareKeys: configs.includes('ms-cert=2023k') ? '2023' : '2011',
    cpus: CPUS,
    imageLocks: JSON.stringify(lines).includes(LOCKED_IMAGE),
  };
}
