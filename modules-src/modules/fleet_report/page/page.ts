import { STATES, type Fleet } from '../fleet.ts';
import type { UnreadNode } from '../../../pve/vms/find.ts';
import type { OwnGuest } from '../observe.ts';
import { fleetBar, settingBars } from './bars.ts';
import { escape } from './escape.ts';
import { guestCard } from './guest.ts';
import { STYLE } from './style.ts';
import { counted } from './words.ts';

/** The report as one file: nothing is fetched, and nothing runs. */
export function page(fleet: Fleet): string {
  const title = fleet.mode === 'check' ? 'What differs in the fleet' : 'What the run has done';
  const settings = settingBars(fleet);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${counted(fleet.totals.guests, 'VM')} declared, ${counted(fleet.totals.undeclared, 'guest')} of the role declared by nobody; ${fleet.mode === 'check' ? 'nothing was changed' : 'as it was when the run ended'}.</p>
</header>
<main>
${fleetBar(fleet)}
${settings === '' ? '' : `<section><h2>${fleet.mode === 'check' ? 'Settings that differ' : 'Settings that were changed'}</h2>\n<div class="often">${settings}</div></section>`}
<section><h2>VMs</h2>
${[...fleet.guests]
  .sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state))
  .map(guest => guestCard(guest, fleet.mode))
  .join('\n')}
</section>
<section><h2>Declared by nobody</h2>
${fleet.unread.map(unreadNode).join('')}${undeclaredTable(fleet)}
</section>
</main>
</body>
</html>
`;
}

const unreadNode = ({ node, vmids }: UnreadNode): string =>
  `<p class="problem"><code>${escape(node)}</code> is down, and nobody tells of it${vmids.length === 0 ? '' : `: whether VM ${vmids.join(', VM ')} there is the role’s and declared is not known`}.</p>`;

const undeclaredTable = ({ undeclared, unread }: Fleet): string =>
  undeclared.length === 0
    ? `<p>Every guest that the role has made${unread.length === 0 ? '' : ' on the other nodes'} is declared.</p>`
    : `<p>The role has made them, and no entry declares them any more. It removes none of them by itself.</p>
<div class="table"><table><thead><tr><th scope="col">VMID</th><th scope="col">Name</th><th scope="col">Node</th><th scope="col">What it is</th></tr></thead><tbody>${undeclared.map(undeclaredRow).join('')}</tbody></table></div>`;

const undeclaredRow = ({ vmid, name, node, template }: OwnGuest): string =>
  `<tr><th scope="row">${vmid}</th><td><code>${escape(name)}</code></td><td><code>${escape(node)}</code></td><td>${template ? 'template' : 'VM'}</td></tr>`;
