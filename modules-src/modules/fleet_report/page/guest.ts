import type { GuestReport } from '../fleet.ts';
import type { Difference } from '../told.ts';
import { escape } from './escape.ts';
import { STATE_WORDS } from './words.ts';

/** What there is to tell of one VM; nothing to tell: one line. */
export function guestCard(guest: GuestReport, mode: 'check' | 'run'): string {
  const head = `<span class="state">${STATE_WORDS[guest.state]}</span><span class="name">${escape(guest.name)}</span><span class="where">${escape(whereOf(guest))}</span>`;
  const body = [
    ...guest.problems.map(problem => `<p class="problem">${escape(problem)}</p>`),
    table(mode === 'check' ? 'What differs' : 'What was changed', guest.differences),
    table('What waits for a restart of the VM', guest.waiting),
    stepList(guest.steps, mode),
  ].join('');
  const mark = `style="--mark: var(--${guest.state})"`;
  return body === ''
    ? `<div class="plain" ${mark}>${head}</div>`
    : `<details open ${mark}><summary>${head}</summary>${body}</details>`;
}

const whereOf = ({ vmid, node }: GuestReport): string =>
  [vmid === null ? 'no VMID yet' : `VM ${vmid}`, ...(node === '' ? [] : [`on ${node}`])].join(' ');

const table = (caption: string, differences: readonly Difference[]): string =>
  differences.length === 0
    ? ''
    : `<div class="table"><table><caption>${caption}</caption><thead><tr><th scope="col">Setting</th><th scope="col">Found</th><th scope="col">Declared</th></tr></thead><tbody>${differences.map(row).join('')}</tbody></table></div>`;

const row = ({ setting, subject, before, after }: Difference): string =>
  `<tr><th scope="row"><code>${escape(subject === undefined ? setting : `${subject}: ${setting}`)}</code></th><td>${value(before, 'old')}</td><td>${value(after, 'new')}</td></tr>`;

const value = (text: string | undefined, side: 'old' | 'new'): string =>
  text === undefined
    ? '<span class="none">not set</span>'
    : text === ''
      ? '<span class="none">empty</span>'
      : `<code class="${side}">${escape(text)}</code>`;

const stepList = (steps: readonly string[], mode: 'check' | 'run'): string =>
  steps.length === 0
    ? ''
    : `<p>${mode === 'check' ? 'A run would' : 'The run did'}:</p><ul>${steps.map(step => `<li>${escape(step)}</li>`).join('')}</ul>`;
