export const STYLE = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --text: #1c2430; --quiet: #566172; --line: #d9dee6;
  --failed: #b3261e; --unseen: #6b7280; --differs: #b45309; --waits: #7c3aed; --changed: #1d4ed8; --same: #15803d;
  --undeclared: #be185d; --old: #fdecea; --new: #e7f5ec; }
@media (prefers-color-scheme: dark) { :root { --page: #12161c; --card: #1b212a; --text: #e8ecf2; --quiet: #a3aebd;
  --line: #343d4a; --failed: #f28b82; --unseen: #9aa5b4; --differs: #fbbf24; --waits: #c4a5fd; --changed: #8ab4f8;
  --same: #6fd08c; --undeclared: #f48fb9; --old: #3f2523; --new: #1c3626; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 .25rem; font-size: 1.75rem; } h2 { margin: 2.5rem 0 .75rem; font-size: 1.2rem; }
p { margin: .25rem 0 1rem; color: var(--quiet); }
.bar { width: 100%; height: 1.5rem; border-radius: .4rem; display: block; }
.legend { display: flex; flex-wrap: wrap; gap: .4rem 1.5rem; margin: .75rem 0 0; padding: 0; list-style: none; }
.dot { display: inline-block; width: .75rem; height: .75rem; border-radius: .2rem; margin-right: .45rem; }
.often { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr max-content; gap: .35rem .9rem; align-items: center; }
.often svg { width: 100%; height: .8rem; }
details, .plain { background: var(--card); border: 1px solid var(--line); border-left: .3rem solid var(--mark);
  border-radius: .5rem; margin: 0 0 .6rem; padding: .7rem 1rem; }
summary { cursor: pointer; } summary:focus-visible { outline: 2px solid var(--changed); outline-offset: 4px; }
.name { font-weight: 650; overflow-wrap: anywhere; } .where { color: var(--quiet); margin-left: .6rem; }
.state { float: right; color: var(--mark); font-weight: 600; margin-left: 1rem; }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; margin: .8rem 0 .3rem; }
caption { text-align: left; color: var(--quiet); padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 600; font-size: .875rem; }
tbody th { font-weight: 600; white-space: nowrap; }
code { font: .9em/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; border-radius: .25rem; padding: .05rem .3rem; }
th code { white-space: nowrap; overflow-wrap: normal; }
.old { background: var(--old); } .new { background: var(--new); } .none { color: var(--quiet); font-style: italic; }
.problem { color: var(--failed); white-space: pre-wrap; overflow-wrap: anywhere; margin: .6rem 0 0; }
li { overflow-wrap: anywhere; }
@media print { body { background: none; } details { break-inside: avoid; } }
`;
