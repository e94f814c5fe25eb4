import type { Remains, TestOutcome } from '../../sdk/readings.ts';
import type { testOptions } from '../../pve/vms/generations/options.ts';
import type { OwnFiles } from '../../pve/cloud-init/own-files.ts';
import type { GenerationMark } from '../../pve/vms/marker.ts';
import type { FoundVm } from '../../pve/vms/ownership.ts';
import type { Surroundings } from '../../pve/vms/removal.ts';
import type { ValuesOf } from '../../sdk/option.ts';
import type { Trial } from './trials.ts';

export interface Wanted extends ValuesOf<typeof testOptions> {
  /** Of the generation that is tested. */
  readonly vmid: number;
  readonly name: string;
  readonly generation: GenerationMark;
  readonly template_vmid_range: string;
  readonly pool?: string | undefined;
}

/** The clone that is made next. */
interface NextTrial {
  readonly vmid: number;
  /** The `vmgenid` that it will have. */
  readonly id: string;
  /** What an interrupted one of that VMID has left. */
  readonly remains: Remains | undefined;
}

export interface Observed extends Surroundings {
  /** The generation; in check mode as earlier stages would have made it. */
  readonly vm: FoundVm;
  /** Digest of the test that is wanted. */
  readonly digest: string;
  /** Clones on this node that this role made to try generations of the family. */
  readonly trials: readonly Trial[];
  /** Undefined: none is needed. */
  readonly next: NextTrial | undefined;
  /** What the test has come to that this run has made. */
  readonly outcome: TestOutcome | undefined;
  /** Snippets and drives of the generation. */
  readonly files: OwnFiles | undefined;
}
