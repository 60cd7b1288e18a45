const HOPS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  trigger: ['#8a5a00', '#d9a441'],
  source: ['#0b6e4f', '#4cc38a'],
  workflow: ['#0f6cbd', '#5aa9f0'],
  train: ['#5b4ccc', '#a396ff'],
  approve: ['#7a6a00', '#c9bb3c'],
  deploy: ['#0a7a8a', '#45c4d6'],
  people: ['#8a2f7d', '#dd8ad0'],
}

const colours = (at: 0 | 1) =>
  Object.entries(HOPS)
    .map(([hop, pair]) => `--${hop}:${pair[at]};`)
    .join('')

const hops = Object.keys(HOPS)
  .map(hop => `.hop-${hop}{--line:var(--${hop})}body:has(#show-${hop}:not(:checked)) .edge.hop-${hop}{display:none}`)
  .join('\n')

const dark = `--back:#14171c;--paper:#1c2027;--ink:#e6e8eb;--soft:#9aa3ae;--rule:#333a44;--region:#1f242c;--foreign:#1a1d22;--node:#272d36;--bad:#ff7b72;--reach:#f0883e;--spare:#f778ba;--warn:#e3b341;--good:#56d364;--code:#11141a;${colours(1)}`

export const STYLE = `
:root{color-scheme:light dark;--back:#f6f7f9;--paper:#fff;--ink:#16191d;--soft:#5a636e;--rule:#d5dae0;--region:#eef1f5;--foreign:#f8f8f5;--node:#fff;--bad:#c4231b;--reach:#c05a00;--spare:#a8326e;--warn:#8a6100;--good:#1a7f37;--code:#f3f5f7;${colours(0)}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;color:var(--ink);background:var(--back)}
header{position:sticky;top:0;z-index:2;background:var(--paper);border-bottom:1px solid var(--rule);padding:10px 20px}
h1{font-size:18px;margin:0}
h2{font-size:16px;margin:0 0 4px}
h3{font-size:13px;margin:14px 0 6px;color:var(--soft)}
header p{margin:2px 0;color:var(--soft)}
nav a{margin-right:12px}
a{color:inherit;text-decoration-color:var(--soft)}
.tools{display:flex;flex-wrap:wrap;gap:6px 14px;align-items:center;margin-top:6px}
.tools input[type=search]{font:inherit;padding:4px 8px;min-width:240px;border:1px solid var(--rule);border-radius:6px;background:var(--back);color:inherit}
.dot{display:inline-block;width:10px;height:10px;border-radius:5px;background:var(--line,var(--bad))}
main{padding:14px 20px 80px}
main>section{background:var(--paper);border:1px solid var(--rule);border-radius:10px;padding:14px 16px;margin-top:16px;scroll-margin-top:130px}
.map{overflow:auto;background:var(--paper);border:1px solid var(--rule);border-radius:10px;scroll-margin-top:130px}
.map svg{display:block;max-width:100%;min-width:1100px;height:auto;margin:auto}
.legend,.about{color:var(--soft);margin:4px 0 10px}
.none{color:var(--soft)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th{text-align:left;font-weight:600;color:var(--soft);font-size:12px}
td,th{padding:5px 10px 5px 0;border-bottom:1px solid var(--rule);vertical-align:top;overflow-wrap:break-word}
td:first-child{white-space:nowrap}
td p{margin:4px 0}
tr[hidden]{display:none}
code,pre{font:12px/1.45 ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
pre{background:var(--code);border-radius:6px;padding:8px;margin:4px 0;white-space:pre-wrap;overflow-wrap:anywhere}
figure{margin:0 0 10px}
figcaption{color:var(--soft);font-size:12px;overflow-wrap:anywhere}
.place{background:var(--code);border-radius:4px;padding:1px 4px;color:var(--ink)}
.mark{font-weight:600;white-space:nowrap}
.mark.is-allowed,.mark.is-held{color:var(--good)}
.mark.is-denied,.mark.is-open,.mark.is-reachable,.mark.is-error{color:var(--bad)}
.mark.is-depends,.mark.is-undecided,.mark.is-warning{color:var(--warn)}
.chain{list-style:none;margin:0;padding:0}
.chain li+li{padding-left:14px}
.chain .by{color:var(--bad)}
.chain .by::before{content:"── "}.chain .by::after{content:" ──►"}
.region rect{fill:var(--region);stroke:var(--rule)}
.region.foreign rect{fill:var(--foreign);stroke-dasharray:6 4}
.label{font-weight:600;font-size:13px;fill:var(--ink);paint-order:stroke;stroke:var(--region);stroke-width:5px;stroke-linejoin:round}
svg a{cursor:pointer;text-decoration:none}
.node rect{fill:var(--node);stroke:var(--rule)}
.node .stripe{fill:var(--soft);stroke:none}
.kind-role .stripe{fill:var(--workflow)}.kind-user .stripe{fill:var(--people)}.kind-key .stripe{fill:var(--trigger)}.kind-bucket .stripe{fill:var(--source)}.kind-pipeline .stripe,.kind-machine .stripe{fill:var(--train)}.kind-function .stripe{fill:var(--deploy)}
.node .name{font-size:12px;fill:var(--ink)}
.node .kind{font-size:10px;fill:var(--soft)}
.node.bad rect:first-of-type{stroke:var(--bad);stroke-dasharray:5 3}
.node.near rect:first-of-type,.node:hover rect:first-of-type{stroke:var(--ink);stroke-width:1.5}
.edge path{fill:none}
.edge .hit{stroke:transparent;stroke-width:12}
.edge .line{stroke:var(--line,var(--bad));stroke-width:1.6;opacity:.62}
.edge .arrow{fill:var(--line,var(--bad));stroke:none}
.edge circle{fill:var(--paper);stroke:var(--line,var(--bad))}
.edge text{font-size:10px;text-anchor:middle;fill:var(--ink)}
.edge.is-denied{--line:var(--bad)}.edge.is-denied .line{stroke-dasharray:8 5;stroke-width:2.4;opacity:1}
.edge.is-depends{--line:var(--warn)}.edge.is-depends .line{stroke-dasharray:8 5;stroke-width:2.2;opacity:1}
.edge.is-undecided{--line:var(--warn)}.edge.is-undecided .line{stroke-dasharray:2 5;stroke-width:2.4;opacity:1}
.edge.wrong .line{stroke-width:2.6;opacity:.95}
.edge.excess .line{stroke-width:2}
.edge:hover .line,.edge:focus-visible .line,.edge.chosen .line,.edge.near .line{stroke-width:3.4;opacity:1}
.hovering .edge:not(.near) .line{opacity:.15}
svg a:focus-visible{outline:none}
.node:focus-visible rect:first-of-type{stroke:var(--ink);stroke-width:2.5}
.dim{opacity:.12}
.dot.allowed{background:var(--good)}.dot.path{background:var(--bad)}.dot.reach{background:var(--reach)}.dot.excess{background:var(--spare)}
.key{border-bottom:3px solid}.key.path{border-color:var(--bad)}.key.reach{border-color:var(--reach)}.key.excess{border-color:var(--spare)}
body:has(#show-allowed:not(:checked)) .edge.is-allowed,body:has(#show-excess:not(:checked)) .edge.excess,body:has(#show-reach:not(:checked)) .edge.reach,body:has(#show-path:not(:checked)) .edge.path{display:none}
.panel{display:none;position:fixed;right:0;top:0;bottom:0;width:min(600px,94vw);overflow:auto;z-index:3;background:var(--paper);border-left:1px solid var(--rule);box-shadow:-6px 0 24px rgb(0 0 0/.18);padding:16px 20px}
.panel:target{display:block}
.panel:focus{outline:none}
.panel h2{overflow-wrap:anywhere;padding-right:30px}
.panel p{margin:4px 0}
.panel .to{color:var(--soft)}
.close{position:absolute;right:14px;top:10px;font-size:24px;text-decoration:none}
.panel ul{padding-left:18px;margin:6px 0}.needs{list-style:none;padding-left:0}.needs li{margin-bottom:8px;overflow-wrap:anywhere}
.arns{color:var(--soft);overflow-wrap:anywhere}
${hops}
.edge.is-denied,.edge.path{--line:var(--bad)}.edge.reach{--line:var(--reach)}.edge.excess{--line:var(--spare)}.edge.is-depends,.edge.is-undecided{--line:var(--warn)}
@media print{:root{--back:#fff;--paper:#fff;--ink:#000;--soft:#444;--rule:#bbb}header{position:static}.tools,nav,.panel,.close{display:none!important}.map{overflow:visible}.map svg{min-width:0;width:100%}main{padding:0}main>section{border:none;padding:8px 0;break-inside:auto}tr,figure{break-inside:avoid}}
`
