import { COLOURS } from './dark.ts'

const light = [...COLOURS].map(([colour, { variable }]) => `${variable}:${colour}`).join(';')
const dark = [...COLOURS.values()].map((colour) => `${colour.variable}:${colour.dark}`).join(';')

/**
 * The style sheet of report.html: for light and dark screens, wide and narrow ones, and for paper. What scrolls
 * sideways has a shadow at the side where there is more, which is covered by a background that moves with the content.
 */
export const STYLE = `
:root{${light};--good:#116329;--bad:#b42318;--shade:#f3f5f8;--edge:#9aa4af;color-scheme:light dark}
@media screen and (prefers-color-scheme:dark){:root{${dark};--good:#56d364;--bad:#ff8f85;--shade:#1c2229;--edge:#5b6672}}
*{box-sizing:border-box}
html{scroll-padding-top:10rem}
body{margin:0 auto;padding:1.5rem 1.25rem 4rem;max-width:72rem;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{font-size:1.8rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.35rem;margin:2.5rem 0 .75rem;padding-bottom:.25rem;border-bottom:1px solid var(--grid)}
h3{font-size:1.05rem;margin:1.75rem 0 .5rem}
p{max-width:46rem}
.about,figcaption,caption,small{color:var(--muted)}
.headline{font-size:1.2rem;font-weight:600}
.good{color:var(--good)}
.bad{color:var(--bad)}
.reasons{padding-left:1.1rem}
.reasons li{margin:.35rem 0;max-width:52rem}
figure{margin:1.5rem 0 2.5rem}
figcaption,caption{font-size:.85rem;text-align:left}
caption{padding-bottom:.4rem}
caption span{display:inline-block;position:sticky;left:0;max-width:min(70rem,calc(100vw - 2.5rem))}
.scroll{overflow-x:auto;background:linear-gradient(to right,var(--paper) 1rem,transparent) 0 0/2rem 100% no-repeat local,
linear-gradient(to left,var(--paper) 1rem,transparent) 100% 0/2rem 100% no-repeat local,
linear-gradient(to right,var(--edge),transparent) 0 2px/.75rem calc(100% - 4px) no-repeat scroll,
linear-gradient(to left,var(--edge),transparent) 100% 2px/.75rem calc(100% - 4px) no-repeat scroll}
.scroll:focus-visible,pre:focus-visible{outline:2px solid var(--line-0);outline-offset:2px}
figure svg{display:block;max-width:100%;height:auto}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--grid);vertical-align:top}
thead th{vertical-align:bottom;font-weight:600;background:var(--shade)}
tbody th{font-weight:500}
p+.scroll,.scroll+.scroll{margin-top:1.5rem}
.across{font-weight:600;padding-top:.8rem}
.words{text-align:left}
.figures{text-align:right}
td.figures,td .good,td .bad{white-space:nowrap}
td.words{min-width:7.5rem}
nav p{margin:.5rem 0}
nav a{margin-right:.75rem}
nav ul{margin:.5rem 0;padding-left:1.1rem;columns:18rem}
a{color:var(--line-0)}
summary{cursor:pointer}
tbody th{min-width:9rem}
.off{opacity:.06}
tr.off{display:none}
.choices{display:flex;flex-wrap:wrap;gap:1rem;margin:1.5rem 0}
@media (min-width:60rem){.choices{position:sticky;top:0;background:var(--paper);z-index:1}}
.choices fieldset{max-height:7rem;overflow:auto;border:1px solid var(--grid);padding:.25rem .75rem .5rem}
.choices legend{color:var(--muted);font-size:.85rem}
.choices label{display:inline-block;margin-right:1rem;font-size:.9rem}
.tip{position:fixed;z-index:2;max-width:24rem;padding:.35rem .6rem;background:var(--ink);color:var(--paper);font-size:.85rem;
pointer-events:none;border-radius:3px}
[hidden]{display:none}
[data-tip]{cursor:default}
thead button{all:unset;cursor:pointer}
thead button:focus-visible{outline:2px solid var(--line-0);outline-offset:2px}
th[aria-sort] button::after{content:" ▲"}
th[aria-sort=descending] button::after{content:" ▼"}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;font-size:.9rem}
dt{color:var(--muted)}
h1,h2,h3,p,li{overflow-wrap:anywhere}
dd{margin:0;overflow-wrap:anywhere}
pre{padding:1rem;overflow-x:auto;background:var(--shade);font-size:.8rem;line-height:1.45}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media screen and (max-width:60rem){figure svg{max-width:none}}
@media (max-width:40rem){figure svg{zoom:.85}body{padding:1rem .75rem 3rem}dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}}
@page{margin:14mm}
@media print{.choices,.tip,nav{display:none}body{max-width:none;padding:0;font-size:10pt}.scroll{overflow:visible;background:none}figure,tr{break-inside:avoid}
h2,h3{break-after:avoid}table{font-size:7pt}th,td{padding:.15rem .3rem}td.figures{white-space:normal}tbody th{min-width:0}
pre{white-space:pre-wrap}}
`
