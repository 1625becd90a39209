/**
 * How the page looks. Sentences are set in a serif that reads as prose, data in figures of one width; one colour, that of water, for
 * what leads on, and three more for states, which signs and words say as well. All pairs of colours keep WCAG's 4.5 : 1.
 */
export const style = `
:root{color-scheme:light dark;
--paper:#f6f7f4;--sheet:#fff;--ink:#13242b;--muted:#4f6169;--rule:#dbe1de;--rule-strong:#b9c4c2;
--river:#08626b;--river-soft:#d8ebe9;--river-mid:#3f979c;
--good:#1c6b45;--good-soft:#dcefe3;--bad:#a92516;--bad-soft:#fbe4df;--wait:#7a5200;--wait-soft:#f8ebcd;--run:#2355a8;--run-soft:#dfe9fa;--quiet-soft:#e9edeb;
--prose:Charter,"Bitstream Charter","Charis SIL","Iowan Old Style","Source Serif 4",Cambria,Georgia,serif;
--plain:Inter,ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;
--data:"JetBrains Mono",ui-monospace,"SF Mono","Cascadia Code",Menlo,Consolas,monospace}
@media (prefers-color-scheme:dark){:root{
--paper:#0d171b;--sheet:#142127;--ink:#e4edee;--muted:#9db0b6;--rule:#26373e;--rule-strong:#45585f;
--river:#6cc9cb;--river-soft:#123a40;--river-mid:#3d8f95;
--good:#77d3a0;--good-soft:#123326;--bad:#ff9c8c;--bad-soft:#43211c;--wait:#f0bf63;--wait-soft:#3a2d10;--run:#9cc0ff;--run-soft:#1a2d4d;--quiet-soft:#1f2e34}}
*{box-sizing:border-box}
html{scroll-padding-top:4.5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 var(--plain);font-variant-numeric:tabular-nums}
[hidden]{display:none!important}
a{color:var(--river);text-underline-offset:.18em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--river);outline-offset:2px;border-radius:3px}
h1:focus{outline:none}
.skip{position:absolute;left:-9999px}.skip:focus{left:1rem;top:.5rem;z-index:9;background:var(--sheet);padding:.4rem .8rem}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}

.banner{position:sticky;top:0;z-index:5;display:flex;align-items:center;gap:.4rem 1.6rem;flex-wrap:wrap;padding:.6rem max(1.25rem,calc((100vw - 74rem)/2));background:var(--paper);border-bottom:1px solid var(--rule)}
.brand{display:flex;align-items:center;gap:.6rem}
.logo{fill:none;stroke:var(--river);stroke-width:2.6;stroke-linecap:round}
nav ul{display:flex;gap:.2rem;margin:0;padding:0;list-style:none;flex-wrap:wrap}
nav a{display:block;padding:.3rem .65rem;border-radius:99px;color:var(--ink);text-decoration:none}
nav a:hover{background:var(--river-soft)}
nav a[aria-current]{background:var(--river);color:var(--paper)}
.made{margin:0 0 0 auto;color:var(--muted);font-size:.85rem}
.live::before{content:"";display:inline-block;width:.55rem;height:.55rem;margin-right:.4rem;border-radius:50%;background:var(--good)}
.live.lost::before{background:var(--bad)}
main,footer{max-width:76.5rem;margin:0 auto;padding:0 1.25rem}
main{min-height:60vh;padding-bottom:3rem}
footer{border-top:1px solid var(--rule);padding-top:1rem;padding-bottom:2.5rem;font-size:.85rem}

.view{display:none}
.view:target,.view:has(:target),body:not(:has(.view:target,.view :target)) #overview{display:block}
h1{font:600 clamp(1.7rem,3.6vw,2.5rem)/1.18 var(--prose);letter-spacing:-.012em;margin:2.4rem 0 .8rem;max-width:30ch;text-wrap:balance;overflow-wrap:anywhere}
h1 .light{font-weight:400;color:var(--muted)}
h1.sentence{font-size:clamp(1.4rem,2.6vw,1.95rem);line-height:1.32;max-width:44ch;margin-top:.6rem;font-weight:500}
h2{font:600 1.22rem/1.3 var(--prose);margin:2.6rem 0 .7rem}
p{margin:.5rem 0;max-width:76ch}
.lede{font:1.08rem/1.55 var(--prose);color:var(--muted);max-width:66ch}
.muted,small{color:var(--muted)}
small{display:block;font-size:.8rem;font-weight:400}
.amount small{display:inline}
.data,code,pre{font-family:var(--data);font-size:.88em}
.data{overflow-wrap:anywhere}
.crumbs{margin:2.2rem 0 0;color:var(--muted);font-size:.88rem;overflow-wrap:anywhere}
.command{display:inline-block;padding:.12rem .5rem;border-radius:4px;background:var(--quiet-soft);overflow-wrap:anywhere;user-select:all}

.facts{display:flex;flex-wrap:wrap;gap:.6rem 2.6rem;margin:1.1rem 0 0}
.facts div{display:flex;flex-direction:column-reverse}
.facts dd{margin:0;font:500 1.42rem/1.25 var(--plain);letter-spacing:-.01em}
.facts dt{color:var(--muted);font-size:.84rem}
.badge{display:inline-block;white-space:nowrap;font-weight:600;font-size:.84rem;padding:.06rem .5rem;border-radius:99px}
.badge.good{color:var(--good);background:var(--good-soft)}.badge.bad{color:var(--bad);background:var(--bad-soft)}
.badge.wait{color:var(--wait);background:var(--wait-soft)}.badge.run{color:var(--run);background:var(--run-soft)}
.badge.quiet{color:var(--muted);background:var(--quiet-soft)}
.todos{list-style:none;margin:0;padding:0;display:grid;gap:.7rem}
.todo{background:var(--sheet);border:1px solid var(--rule);border-left:4px solid var(--rule-strong);border-radius:6px;padding:.65rem 1rem}
.todo p{max-width:100ch;margin:.25rem 0;overflow-wrap:anywhere}
.todo.bad{border-left-color:var(--bad)}.todo.wait{border-left-color:var(--wait)}.todo.run{border-left-color:var(--run)}

.moved{list-style:none;margin:.8rem 0;padding:0;display:grid;gap:.8rem}
.story{display:block;background:var(--sheet);border:1px solid var(--rule);border-radius:8px;padding:1.15rem 1.35rem 1rem;color:inherit;text-decoration:none}
.story:hover{border-color:var(--river-mid)}
.story .sentence{display:block;font:500 1.2rem/1.48 var(--prose);max-width:72ch;overflow-wrap:anywhere;margin:0}
.story .follow{color:var(--river);font-weight:600;font-size:.9rem;display:inline-block;margin-top:.5rem}
.story:hover .follow{text-decoration:underline}
.story>svg,.story .both{max-width:none}.story{display:grid;grid-template-columns:minmax(0,1fr) minmax(12rem,19rem);gap:.2rem 2.6rem;align-items:center}
.story .words{display:block}.both{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.4rem .8rem;align-items:center;font-size:.88rem}.both .n{font-weight:600}.both .label{display:block;font-weight:400}
.bar{display:block;width:100%;height:10px}
.bar .whole{fill:var(--rule)}.bar .part{fill:var(--river-mid)}.bar.against .part{fill:var(--wait)}
.bar.bad .part{fill:var(--bad)}.bar.wait .part{fill:var(--wait)}.bar.run .part{fill:var(--run)}.bar .tick{fill:var(--bad)}
.bar.whole .part{fill:var(--river)}
.bar.before .part{fill:var(--rule-strong)}.bar.now .part{fill:var(--river)}.both .bar{height:14px}

.wide{position:relative;overflow-x:auto;max-width:100%}
table{border-collapse:collapse;min-width:min(100%,30rem);background:var(--sheet);border:1px solid var(--rule);border-radius:6px}
caption{text-align:left;color:var(--muted);padding:0 0 .5rem;font-size:.88rem}
th,td{padding:.48rem .8rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
tbody tr:last-child>th,tbody tr:last-child>td{border-bottom:0}
time small{display:inline}time small::before{content:"\\00a0· "}td time small{display:block}td time small::before,.made small::before{content:none}.made small{display:block}
thead th{font-weight:500;font-size:.82rem;color:var(--muted);white-space:nowrap}
tbody th{font-weight:600}
.n{text-align:right;white-space:nowrap}
td time,td.n{white-space:nowrap}
tr.marked{background:var(--river-soft)}
.grid{min-width:0}
.grid thead th{vertical-align:bottom}
.grid th[scope=row]{position:sticky;left:0;background:var(--sheet);z-index:1;min-width:11rem;border-right:1px solid var(--rule)}
.grid .cell{min-width:12.5rem;max-width:19rem;padding:0}.grid .cell>a,.grid .cell:not(:has(>a)){padding:.48rem .8rem}
.grid .cell>a{display:block;color:inherit;text-decoration:none;height:100%}
.grid .cell>a:hover{background:var(--river-soft)}
.grid .cell small{margin-top:.2rem;overflow-wrap:anywhere}
.marks{white-space:nowrap;font-size:0}
p.marks{white-space:normal;max-width:none}
.m{display:inline-flex;align-items:center;justify-content:center;width:12px;height:26px;margin-right:2px;border-radius:3px;font-size:9px;line-height:1;font-weight:700;text-decoration:none;background:var(--quiet-soft);color:var(--muted);vertical-align:middle;position:relative}
.m.good{background:var(--good-soft);color:var(--good)}.m.bad{background:var(--bad);color:var(--sheet)}.m.wait{background:var(--wait-soft);color:var(--wait)}.m.run{background:var(--run-soft);color:var(--run)}
a.m:hover{outline:2px solid var(--river)}
.months{display:flex}.month text{font:10.5px var(--plain);fill:var(--muted)}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1rem;color:var(--muted);font-size:.86rem}

.figures{display:flex;flex-wrap:wrap;gap:1rem 2.8rem;margin:1.4rem 0 .4rem;padding:1rem 0;border-block:1px solid var(--rule)}
.figures>div{display:flex;flex-direction:column;gap:.1rem}
.label{color:var(--muted);font-size:.84rem;overflow-wrap:anywhere}
.figure{font:500 1.5rem/1.25 var(--plain);letter-spacing:-.012em}
.figure.river{color:var(--river)}
.figures .data{font-size:1.02rem;padding-top:.35rem}
.tree{list-style:none;margin:1rem 0;padding:.4rem 1.1rem;background:var(--sheet);border:1px solid var(--rule);border-radius:8px}
.tree ul{list-style:none;margin:0;padding:0 0 0 1.15rem;border-left:2px solid var(--river-soft);margin-left:.32rem}
.tree summary{cursor:pointer;display:flex;gap:.55rem;list-style:none;border-radius:4px}
.tree summary::-webkit-details-marker{display:none}
.tree summary::before{content:"";flex:none;width:.5rem;height:.5rem;margin-top:1.05rem;border-right:2px solid var(--river);border-bottom:2px solid var(--river);transform:rotate(-45deg);transition:transform .12s}
.tree details[open]>summary::before{transform:rotate(45deg)}
.tree li:not(:has(>details)){padding-left:1.05rem}
.line{flex:1;display:grid;grid-template-columns:minmax(0,1fr) auto minmax(6rem,15rem);gap:.05rem 1.1rem;align-items:center;padding:.55rem 0}
.line .what{overflow-wrap:anywhere}
.line .amount{text-align:right;white-space:nowrap;font-weight:600;grid-column:2}
.line .bar{grid-column:3}
.line .values{grid-column:1/-1;color:var(--muted);font-size:.9rem;overflow-wrap:anywhere}
.line .values:empty{display:none}
.line .values .data{color:var(--ink)}
.file{display:inline-block;margin:.15rem 0 .15rem .5rem;padding:.04rem .5rem;border:1px solid var(--river-mid);border-radius:4px;text-decoration:none;font:.8rem var(--data)}
.file span{color:var(--muted)}
.files li{margin:.45rem 0}.files li:target{background:var(--river-soft)}
.history{margin:0}
.history svg{background:var(--sheet);border:1px solid var(--rule);border-radius:8px;max-width:none}
.history .axis{stroke:var(--rule-strong)}.history .marked{stroke:var(--river);stroke-dasharray:2 4}
.history .line{fill:none;stroke:var(--river-mid);stroke-width:2.25;stroke-linejoin:round}
.history .dot{fill:var(--sheet);stroke:var(--river-mid);stroke-width:2}.history .dot.marked{fill:var(--river);stroke:var(--river);stroke-dasharray:none}
.history text{font:12.5px var(--plain);fill:var(--ink);text-anchor:middle}.history text.end{text-anchor:end}.history text.date{fill:var(--muted);font-size:11.5px}
.spark polyline{fill:none;stroke:var(--river-mid);stroke-width:1.6}.spark circle{fill:var(--river)}

details>summary{cursor:pointer}
details:not(.tree details){margin:.6rem 0}
pre{margin:.6rem 0;padding:.9rem 1.1rem;background:var(--sheet);border:1px solid var(--rule);border-radius:6px;overflow-x:auto;line-height:1.6;tab-size:4}
.log pre .error{color:var(--bad)}
.sql i{font-style:normal}.sql .k{color:var(--river);font-weight:600}.sql .f{color:var(--run)}.sql .s{color:var(--good)}.sql .v{color:var(--wait)}.sql .c{color:var(--muted);font-style:italic}
.difference code>span,.log pre>span{display:block}.difference .gone{background:var(--bad-soft)}.difference .new{background:var(--good-soft)}
.timeline{width:100%}.timeline th{font-weight:500;min-width:11rem}.timeline .span{width:60%;min-width:16rem;vertical-align:middle}
.timeline .axis{display:flex;justify-content:space-between}
.timeline .failure{color:var(--bad);max-width:46ch;overflow-wrap:anywhere}
.timeline th,.timeline td{padding-block:.28rem}
.compare{min-width:0}

.drawing{background:var(--sheet);border:1px solid var(--rule);border-radius:8px}
.drawing svg{display:block;max-width:none}
.curve{fill:none;stroke:var(--river-mid);stroke-width:1.7;opacity:.85}
.curve.rows{stroke:var(--rule-strong);stroke-dasharray:4 4;stroke-width:1.3}
.curve.file{stroke:var(--rule-strong);stroke-width:5;opacity:.55}
.box .back{fill:var(--paper);stroke:var(--rule-strong)}.box.file .back{stroke-dasharray:3 3}
.box.failing .back{stroke:var(--bad);stroke-width:2}
.box .title{font:600 13px var(--plain);fill:var(--ink)}.box a .title{text-decoration:underline;text-decoration-color:var(--rule-strong);text-underline-offset:3px}
.box .beside{font:11px var(--plain);fill:var(--muted)}
.column text{font:12px var(--data);fill:var(--ink)}.column rect{fill:transparent}
[data-choosing] .column{cursor:pointer}
[data-choosing] .column:hover rect{fill:var(--river-soft)}
.chosen .curve{opacity:.12}.chosen .curve.lit{opacity:1;stroke:var(--river);stroke-width:2.4}
.chosen .column text{opacity:.45}.chosen .column.lit text{opacity:1;font-weight:700}.column.lit rect{fill:var(--river-soft)}.column.root rect{fill:var(--river)}.column.root text{fill:var(--paper)}
.behind{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1.2rem;margin:.4rem 0}
.behind dt{font-family:var(--data);font-size:.88em}.behind dd{margin:0}

button,input{font:inherit;color:inherit}
button{padding:.28rem .85rem;border:1px solid var(--rule-strong);border-radius:99px;background:var(--sheet);cursor:pointer}
button:hover{border-color:var(--river)}
button.primary{background:var(--river);border-color:var(--river);color:var(--paper);font-weight:600}
button:disabled{opacity:.5;cursor:default}
.act{font-size:.86rem}
.order label{margin-right:.8rem}select,.order input{padding:.25rem .5rem;border:1px solid var(--rule-strong);border-radius:6px;background:var(--sheet)}
.filter input{width:min(24rem,100%);padding:.4rem .8rem;border:1px solid var(--rule-strong);border-radius:6px;background:var(--sheet)}
.pages{display:flex;gap:.7rem;align-items:center;flex-wrap:wrap;color:var(--muted)}
dialog{max-width:38rem;width:calc(100% - 2rem);border:1px solid var(--rule-strong);border-radius:10px;background:var(--sheet);color:var(--ink);padding:.4rem 1.5rem 1.1rem}
dialog::backdrop{background:rgb(8 20 24/.55)}
dialog h2{margin-top:1rem}

@media (max-width:44rem){
.story{grid-template-columns:minmax(0,1fr)}.story .both{order:-1;margin-bottom:.6rem}
body{font-size:14.5px}
.banner{position:static}.made{margin-left:0;width:100%}
nav ul{margin-left:-.65rem}
h1{margin-top:1.5rem}
.facts{gap:.6rem 1.8rem}
.line{grid-template-columns:minmax(0,1fr) auto}
.line .bar{grid-column:1/-1;margin:.2rem 0}
.tree{padding:.3rem .7rem}.tree ul{padding-left:.75rem}
.grid th[scope=row]{min-width:8rem;max-width:9.5rem;overflow-wrap:anywhere}
.grid .cell{min-width:10rem}
th,td{padding:.45rem .6rem}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{.banner{position:static}nav,.act,.filter{display:none}.view{display:block;break-before:page}#overview{break-before:auto}details>*{display:block}}
`;
