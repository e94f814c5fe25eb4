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

/** What a step is called by. */
export interface StepName {
  readonly id: string;
  /** What it did, to be read. */
  readonly argv: readonly string[];
  /** Steps of one group ran at the same time. */
  readonly group: string | undefined;
  /** Why a real node behaves otherwise than the recorded one did here; such a step is not run. */
  readonly artifact: string | undefined;
}

/** One recorded command. */
export interface Step extends Outcome, StepName {
  readonly stdin: string;
  /** A step that was sent a signal, and after how many seconds. */
  readonly kill: { readonly signal: number; readonly seconds: number } | undefined;
  readonly version: '8' | '9';
}

/** True for a line that is a command; the rest are calls and remarks. */
export function isCommand(line: Partial<RawStep>): line is RawStep {
  return line.argv !== undefined && line.rc !== undefined;
}

/** A line of a transcript as it is written. */
export interface RawStep {
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

export interface RawVolume {
  readonly volid?: string;
  readonly path?: string;
  readonly format?: string;
  readonly virtual_size?: number;
  readonly backing_file?: string | null;
  readonly mode?: string;
  readonly immutable?: boolean;
}

/** One command of a transcript. */
export function toStep(raw: RawStep): Step {
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
    version: versionOf(raw.pve),
  };
}

/** The version that a node must have to behave as the recorded one. */
export function versionOf(pve: string | undefined): '8' | '9' {
  return pve?.startsWith('8') ? '8' : '9';
}

/** A volume of a transcript. */
export function toVolume(raw: RawVolume): RecordedVolume {
  return {
    volid: raw.volid ?? raw.path ?? '',
    format: raw.format ?? '',
    virtualSize: raw.virtual_size ?? 0,
    backingFile: raw.backing_file ?? undefined,
    mode: raw.mode ?? '',
    immutable: raw.immutable ?? false,
  };
}
