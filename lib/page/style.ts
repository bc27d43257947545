/** The style sheet of the pages; light or dark as the reader's system is. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1f2328; --dim: #59636e; --line: #d0d7de; --soft: #f6f8fa; --link: #0969da;
  --good: #1a7f37; --good-paper: #dafbe1; --bad: #d1242f; --bad-paper: #ffebe9;
  --undone: #9a6700; --undone-paper: #fff8c5; --waiting: #0969da; --waiting-paper: #ddf4ff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --ink: #f0f6fc; --dim: #9198a1; --line: #3d444d; --soft: #151b23; --link: #4493f8;
    --good: #3fb950; --good-paper: #12261e; --bad: #f85149; --bad-paper: #301b1e;
    --undone: #d29922; --undone-paper: #2b2111; --waiting: #4493f8; --waiting-paper: #121d2f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline; padding: 10px 24px; background: var(--soft); border-bottom: 1px solid var(--line); }
header .world { margin-left: auto; }
header a { color: var(--ink); text-decoration: none; }
header a[aria-current] { font-weight: 600; border-bottom: 2px solid var(--link); }
main { padding: 8px 24px 40px; max-width: 1500px; }
h1 { font-size: 22px; margin: 16px 0 4px; }
h2 { font-size: 16px; margin: 26px 0 8px; }
a { color: var(--link); }
p { margin: 4px 0; }
.dim { color: var(--dim); }
.id, code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 13px; }
.command { display: block; width: fit-content; max-width: 100%; overflow-wrap: anywhere; margin: 6px 0; padding: 3px 8px; background: var(--soft); border: 1px solid var(--line); border-radius: 4px; }
.command::before { content: '$ '; color: var(--dim); user-select: none; }
.badge { display: inline-block; padding: 0 8px; border: 1px solid; border-radius: 10px; font-size: 13px; font-weight: 600; vertical-align: 3px; }
.badge.good { color: var(--good); background: var(--good-paper); }
.badge.bad { color: var(--bad); background: var(--bad-paper); }
.badge.undone { color: var(--undone); background: var(--undone-paper); }
.badge.waiting, .badge.plain { color: var(--waiting); background: var(--waiting-paper); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 3px 14px 3px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--dim); font-weight: 500; }
form { margin: 12px 0; }
input { font: inherit; width: min(460px, 100%); padding: 3px 8px; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 4px; }
button { font: inherit; padding: 3px 10px; color: inherit; background: var(--soft); border: 1px solid var(--line); border-radius: 4px; }
.figures { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; margin: 6px 0; padding: 0; }
.figures a { text-decoration: none; }
.figures .badge { vertical-align: baseline; }
.windows { display: flex; flex-wrap: wrap; gap: 2px 16px; }
.windows a[aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
.problems ul { list-style: none; margin: 0; padding: 0; }
.problems li { margin: 8px 0; padding: 8px 12px; border-left: 3px solid var(--bad); background: var(--bad-paper); }
svg { display: block; }
svg.sequence { max-width: max(100%, 1000px); height: auto; }
svg text { fill: var(--ink); font-family: inherit; }
svg .lane rect { fill: var(--soft); stroke: var(--line); }
svg .lane path { stroke: var(--line); stroke-width: 1.5; }
svg .lane text, svg .service text { font-weight: 600; }
svg .break { stroke: var(--line); stroke-dasharray: 2 3; }
svg .when, svg .below, svg .count { fill: var(--dim); }
svg .box rect { stroke-width: 1.5; }
svg .good rect { fill: var(--good-paper); stroke: var(--good); }
svg .bad rect { fill: var(--bad-paper); stroke: var(--bad); }
svg .undone rect { fill: var(--undone-paper); stroke: var(--undone); }
svg .waiting rect { fill: var(--waiting-paper); stroke: var(--waiting); }
svg .trigger rect, svg .expected rect { stroke-dasharray: 5 3; }
svg .arrow path { fill: none; stroke: var(--dim); stroke-width: 1.5; }
svg .arrow.failure path { stroke: var(--bad); }
svg .arrow.failure text { fill: var(--bad); }
svg .arrow.later path, svg .arrow.undo path, svg .arrow.expected path { stroke-dasharray: 5 3; }
svg .head path { fill: var(--dim); }
svg .head.failure path { fill: var(--bad); }
svg .service rect { fill: var(--soft); stroke: var(--line); stroke-width: 1.5; }
svg .outside rect { fill: none; stroke: var(--line); stroke-dasharray: 2 3; }
svg .outside text { fill: var(--dim); }
svg .message rect { fill: var(--paper); stroke: var(--dim); }
svg .message.failure rect { stroke: var(--bad); }
svg .message.seen rect { fill: var(--good-paper); }
svg .message.failure.seen rect { fill: var(--bad-paper); }
`;
