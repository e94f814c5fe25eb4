import { readFileSync } from 'node:fs';

/** A volume as the recorder saw it after a step. */
export interface RecordedVolume {
  readonly volid: string;
  readonly format: string;
  readonly virtualSize: number;
  readonly backingFile: string | undefined;
  readonly mode: string;
  readonly immutable: boolean;
}

/** What a step did and left behind. */
export interface Outcome {
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Text of the configurations by VMID; `null` for one that is not there. */
  readonly configs: Readonly<Record<string, string | null>>;
  readonly volumes: readonly RecordedVolume[];
}

/** One recorded step. */
export interface Step extends Outcome {
  readonly id: string;
  readonly argv: readonly string[];
  readonly stdin: string;
  /** Steps of one group ran at the same time. */
  readonly group: string | undefined;
  /** A step that was sent a signal, and after how many seconds. */
  readonly kill: { readonly signal: number; readonly seconds: number } | undefined;
  readonly version: '8' | '9';
  /** Why a real node behaves otherwise than the recorded one did here; such a step is not run. */
  readonly artifact: string | undefined;
}

/** Reads a transcript: one JSON object per line, as docs/testing.md describes. */
export function readTranscript(file: string): readonly Step[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => toStep(JSON.parse(line) as RawStep));
}

/** A line of a transcript as it is written. */
interface RawStep {
  readonly id: string;
  readonly kind: string;
  readonly argv: readonly string[];
  readonly rc: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly stdin?: string;
  readonly conf_after?: Readonly<Record<string, string | null>>;
  readonly volumes_after?: readonly RawVolume[];
  readonly parallel_group?: string;
  readonly signal?: number;
  readonly kill_after_s?: number;
  readonly pve?: string;
  readonly note?: string;
}

interface RawVolume {
  readonly volid?: string;
  readonly path?: string;
  readonly format?: string;
  readonly virtual_size?: number;
  readonly backing_file?: string | null;
  readonly mode?: string;
  readonly immutable?: boolean;
}

function toStep(raw: RawStep): Step {
  return {
    id: raw.id,
    argv: raw.argv,
    stdin: raw.stdin ?? '',
    rc: raw.rc,
    stdout: raw.stdout ?? '',
    stderr: raw.stderr ?? '',
    configs: raw.conf_after ?? {},
    volumes: (raw.volumes_after ?? []).map(toVolume),
    group: raw.parallel_group,
    kill: raw.kill_after_s === undefined ? undefined : { signal: raw.signal ?? 9, seconds: raw.kill_after_s },
    artifact: /^RECORDING ARTIFACT: (.*)$/s.exec(raw.note ?? '')?.[1],
    version: raw.pve?.startsWith('8') ? '8' : '9',
  };
}

function toVolume(raw: RawVolume): RecordedVolume {
  return {
    volid: raw.volid ?? raw.path ?? '',
    format: raw.format ?? '',
    virtualSize: raw.virtual_size ?? 0,
    backingFile: raw.backing_file ?? undefined,
    mode: raw.mode ?? '',
    immutable: raw.immutable ?? false,
  };
}
