import { optionName } from '../../sdk/option-name.ts';
import type { FoundVm } from '../../pve/vms/ownership.ts';
import { differences, type Refusal } from '../../pve/settings/differences.ts';
import type { VmConfig } from '../../pve/text/vm-config.ts';
import type { Notices, Pending } from '../../sdk/define-module.ts';
import { isOfOurMaking } from '../../pve/vms/marker.ts';
import { formatSize } from '../../pve/text/size.ts';
import type { Change } from '../../sdk/step.ts';
import { declaredSettings, sortChanges, type Wanted } from './plan.ts';

/** What was found to be left alone, and why. */
interface Left {
  readonly pending: readonly Pending[];
  /** Differences that only a stopped VM may take. */
  readonly waiting: readonly Change[];
  readonly refused: readonly Refusal[];
}

function leftAlone(wanted: Wanted, { record, running, assumed }: FoundVm): Left {
  if (record === undefined || assumed) return { pending: [], waiting: [], refused: [] };
  const { config } = record;
  const settings = declaredSettings(wanted, config);
  const { changes, refused } = differences(settings, config, wanted.vmid);
  const { waiting } = sortChanges(wanted, running, changes);
  return { pending: pendingSettings([...settings.keys()], config), waiting, refused };
}

/** Declared settings whose value is set but waits for the VM's next start. */
const pendingSettings = (keys: readonly string[], config: VmConfig): Pending[] =>
  keys
    .filter(key => config.pending.has(key) || config.pendingDeletes.includes(key))
    .map(key => ({ key, current: config.get(key) ?? '', pending: config.pending.get(key) ?? '' }));

/** Everything that is not as declared although nothing is done about it, with the way out. */
export function configureNotices(wanted: Wanted, found: FoundVm, first: FoundVm): Notices {
  const { pending, waiting, refused } = leftAlone(wanted, found);
  const vm = `VM ${wanted.vmid} (${wanted.name})`;
  const names = (list: readonly { readonly key: string }[]): string => list.map(({ key }) => key).join(', ');
  return {
    pending,
    warnings: [
      ...adoptionWarnings(wanted, first),
      ...(pending.length > 0
        ? [
            `${names(pending)} of ${vm}: set, and waits for its next start; ${optionName('apply')}: reboot restarts it`,
          ]
        : []),
      ...(waiting.length > 0
        ? [
            `${names(waiting)} of ${vm}: not set, for it runs; stop it and run the play again, or set ${optionName('apply')}: stop`,
          ]
        : []),
      ...refused.map(({ key, reason }) => `${key} of ${vm} ${reason}`),
    ],
  };
}

/** What is changed of a VM that somebody else has made: whoever named the wrong one is to see it at once. */
function adoptionWarnings(wanted: Wanted, { record, running, assumed }: FoundVm): readonly string[] {
  if (record === undefined || assumed || isOfOurMaking(record.config, wanted.vmid)) return [];
  const { config } = record;
  const { changes, growth } = differences(declaredSettings(wanted, config), config, wanted.vmid);
  const texts = [
    ...sortChanges(wanted, running, changes).now.map(
      ({ key, before, after }) => `${key} (${before ?? 'unset'} -> ${after ?? 'unset'})`,
    ),
    ...growth.map(({ disk, target }) => `the size of ${disk} (-> ${formatSize(target)})`),
  ];
  if (texts.length === 0) return [];
  return [
    `VM ${wanted.vmid} (${wanted.name}) was not made by this role; the variables change ${texts.join(', ')} of it, and ` +
      'what none of them says stays as it is',
  ];
}

/** The same for programs. */
export function configureReport(wanted: Wanted, found: FoundVm): Readonly<Record<string, unknown>> {
  const left = leftAlone(wanted, found);
  const { waiting, refused } = left;
  const lines = linesOf(left);
  return {
    ...(lines.length > 0 && { lines }),
    ...(waiting.length > 0 && {
      waiting: waiting.map(({ key, before = '', after = '' }) => ({ key, current: before, wanted: after })),
    }),
    ...(refused.length > 0 && { refused }),
  };
}

const linesOf = ({ pending, waiting }: Left): readonly string[] => [
  ...pending.map(
    ({ key, current, pending: next }) =>
      `${key}: ${current || 'unset'} now, ${next || 'unset'} from its next start`,
  ),
  ...waiting.map(
    ({ key, before = 'unset', after = 'unset' }) =>
      `${key}: ${before} now; ${after} needs a stop (${optionName('apply')}: stop)`,
  ),
];
