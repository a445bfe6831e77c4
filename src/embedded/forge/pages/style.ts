import { createHash } from "node:crypto";

/** The whole look of the pages, light and dark. It travels inside each page, so that nothing is loaded from elsewhere. */
export const style = `
:root{color-scheme:light dark;--bg:#fff;--soft:#f5f7f8;--line:#d9dfe3;--text:#1d2529;--dim:#5c6a72;--link:#0b6285;
--accent:#0e7490;--green:#1a7f42;--red:#c02f3a;--violet:#7846c0;--amber:#96650a;--add:#e3f6e8;--add2:#a9e3b8;
--del:#fdeaea;--del2:#f6b9bb;--hunk:#eaf3f7;--code:#eef1f3;--shade:rgba(20,40,50,.06)}
@media (prefers-color-scheme:dark){:root{--bg:#11171b;--soft:#182026;--line:#2c3840;--text:#dbe3e7;--dim:#93a2ab;
--link:#6cc3e0;--accent:#2596b5;--green:#4bbd74;--red:#f0717a;--violet:#b08bee;--amber:#d9a441;--add:#12301d;
--add2:#1f6136;--del:#381a1e;--del2:#7c2b34;--hunk:#16272f;--code:#202a31;--shade:rgba(0,0,0,.3)}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,"Cascadia Mono","DejaVu Sans Mono",Menlo,monospace;font-size:.86em}
code{background:var(--code);padding:.1em .35em;border-radius:4px}pre code{background:none;padding:0;font-size:inherit}
h1{font-size:1.5rem;line-height:1.3;margin:.2rem 0 .4rem;font-weight:600}h2{font-size:1.05rem;margin:1.6rem 0 .6rem;font-weight:600}
h3{font-size:1.2rem;margin:1rem 0 .4rem}h4{font-size:1.05rem;margin:.9rem 0 .3rem}h5{font-size:.95rem;margin:.8rem 0 .3rem}
.top{background:var(--soft);border-bottom:1px solid var(--line)}
.top>div,main,footer{max-width:1120px;margin:0 auto;padding:0 20px}
.bar{display:flex;align-items:center;gap:10px;min-height:52px;flex-wrap:wrap}
.mark{display:flex;align-items:center;gap:8px;color:var(--text);font-weight:600}.mark svg{width:24px;height:24px;display:block}
.mark svg path{stroke:var(--accent)}.sep{color:var(--dim)}.bar b a{color:var(--text)}
nav{display:flex;gap:4px;overflow-x:auto}nav a{padding:8px 12px;color:var(--dim);border-bottom:2px solid transparent;white-space:nowrap}
nav a:hover{color:var(--text);text-decoration:none}nav a[aria-current]{color:var(--text);border-color:var(--accent);font-weight:600}
nav .n,.n{background:var(--code);color:var(--dim);border-radius:10px;padding:0 7px;font-size:.8em;font-weight:500;margin-left:5px}
main{padding-top:22px;padding-bottom:40px}footer{padding-top:14px;padding-bottom:26px;color:var(--dim);font-size:.85em;border-top:1px solid var(--line)}
.dim,.meta{color:var(--dim)}.meta{font-size:.88em}.right{margin-left:auto}.nowrap{white-space:nowrap}
.box{border:1px solid var(--line);border-radius:8px;margin:0 0 16px;overflow:hidden;background:var(--bg)}
.box>header{background:var(--soft);border-bottom:1px solid var(--line);padding:8px 14px;display:flex;gap:10px;align-items:center;flex-wrap:wrap}
.box>.in{padding:12px 16px}.box>header:last-child{border-bottom:0}.row{display:flex;gap:12px;padding:8px 14px;border-top:1px solid var(--line);align-items:baseline}
.row:first-child,header+.row{border-top:0}.row:hover{background:var(--soft)}.row .grow{flex:1;min-width:0}.row .title{font-weight:600;color:var(--text)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:14px}
.card{border:1px solid var(--line);border-radius:10px;padding:14px 16px;display:flex;flex-direction:column;gap:6px}
.card:hover{border-color:var(--accent);box-shadow:0 2px 8px var(--shade)}.card b{font-size:1.05rem}.card p{margin:0;flex:1;color:var(--dim)}
.tag{border:1px solid var(--line);border-radius:10px;padding:0 8px;font-size:.8em;color:var(--dim);white-space:nowrap}
.lab{border-radius:10px;padding:1px 8px;font-size:.78em;font-weight:600;white-space:nowrap;border:1px solid var(--line)}
.dot{display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.4em;border:1px solid var(--shade)}
.state{color:#fff;border-radius:14px;padding:3px 12px;font-size:.88em;font-weight:600;white-space:nowrap;background:var(--dim)}
.state.open{background:#1a7f42}.state.merged{background:#7846c0}.state.closed{background:#c02f3a}
.ref{font-family:ui-monospace,monospace;font-size:.84em;background:var(--hunk);color:var(--link);padding:.15em .5em;border-radius:5px}
.ic{display:inline-block;width:1.3em;text-align:center;font-weight:700;flex:none}.ok{color:var(--green)}.bad{color:var(--red)}.run{color:var(--amber)}.merged-c{color:var(--violet)}
.two{display:grid;grid-template-columns:minmax(0,1fr) 250px;gap:26px}.side h2{margin:0 0 4px;font-size:.85rem;color:var(--dim)}.side div{margin:3px 0;line-height:1.4}.side .lab{margin-right:4px}.side section{border-bottom:1px solid var(--line);padding:0 0 12px;margin:0 0 12px}
@media (max-width:800px){.two{grid-template-columns:minmax(0,1fr)}.hide{display:none}}
.md p{margin:.5em 0;white-space:pre-line}.md>:first-child{margin-top:0}.md>:last-child{margin-bottom:0}.md ul,.md ol{padding-left:1.6em;margin:.4em 0}
.md pre{background:var(--soft);border:1px solid var(--line);padding:10px 12px;border-radius:6px;overflow-x:auto}.md blockquote{margin:.5em 0;padding:0 1em;border-left:3px solid var(--line);color:var(--dim)}
.md hr{border:0;border-top:1px solid var(--line);margin:1em 0}table.md{border-collapse:collapse;margin:.6em 0}.md details{margin:.5em 0}.side code{font-size:.78em}.md th,.md td{border:1px solid var(--line);padding:4px 10px;text-align:left}
.merge{border-left:4px solid var(--dim)}.merge.can{border-left-color:var(--green)}.merge.no{border-left-color:var(--amber)}.merge.done{border-left-color:var(--violet)}.merge ul{margin:.3em 0;padding-left:1.4em}
.file{overflow-x:auto}.file table{border-collapse:collapse;width:100%;font:12.5px/1.55 ui-monospace,SFMono-Regular,"DejaVu Sans Mono",Menlo,monospace;tab-size:4}
.file td{padding:0 10px;vertical-align:top;white-space:pre-wrap}.file td.l{width:1%;min-width:44px;text-align:right;color:var(--dim);user-select:none;white-space:nowrap;padding:0 8px}
.file td.l::before{content:attr(data-l)}.file tr.a{background:var(--add)}.file tr.d{background:var(--del)}.file tr.h td{background:var(--hunk);color:var(--dim);padding:3px 10px}
.file tr.a mark{background:var(--add2)}.file tr.d mark{background:var(--del2)}mark{color:inherit;border-radius:3px}.file tr:target{outline:2px solid var(--accent)}
.file>.empty{padding:12px}summary{cursor:pointer}.file>summary{padding:8px 14px;background:var(--soft);display:flex;gap:10px;align-items:center;border-bottom:1px solid transparent}.file[open]>summary{border-color:var(--line)}
.plus{color:var(--green)}.minus{color:var(--red)}.empty{padding:30px 16px;text-align:center;color:var(--dim)}
.filter{display:flex;gap:14px}.filter a{color:var(--dim)}.filter a[aria-current]{color:var(--text);font-weight:600}
`;

/** What the pages may do in a browser: show themselves. No script, no foreign address, no form, no frame. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
