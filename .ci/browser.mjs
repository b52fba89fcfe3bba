// What .ci/browser.py runs: opens pages in Chromium and says what is wrong with them. One JSON object of arguments.
import fs from 'fs'; import http from 'http'; import os from 'os'; import path from 'path'; import {createRequire} from 'module'; import {pathToFileURL} from 'url';
const arg = JSON.parse(process.argv[2]), need = createRequire(path.join(arg.modules, 'x.js'));
const {chromium} = need('playwright-core'), WIDTHS = [1280, 390];
const TYPES = {html: 'text/html', js: 'text/javascript', mjs: 'text/javascript', css: 'text/css', json: 'application/json', svg: 'image/svg+xml',
               png: 'image/png', gif: 'image/gif', webp: 'image/webp', woff: 'font/woff', woff2: 'font/woff2', xml: 'text/xml'};
const type = f => TYPES[path.extname(f).slice(1)] || 'application/octet-stream';
const CDN = /^https:\/\/(cdn\.jsdelivr\.net|cdnjs\.cloudflare\.com)\//;
let passed = 0, failed = 0;
function say(name, wrong, note = '') {
  const all = [...new Set(wrong)];
  if (all.length) failed++; else passed++;
  console.log(`${all.length ? 'FAILED' : 'ok'}: ${name}${note && ' (' + note + ')'}`);
  for (const o of all.slice(0, 12)) console.log('    ' + String(o).slice(0, 300));
  if (all.length > 12) console.log(`    and ${all.length - 12} more`);
}
const browser = await chromium.launch({executablePath: arg.chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage',
  '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']});

// ---- what any page is asked, in the page itself

function cut(within = innerWidth) { // what a reader cannot get at: beyond the right edge, and in nothing that scrolls
  const scrolls = o => { for (; o && o !== document.body; o = o.parentElement)
    if (/auto|scroll|hidden/.test(getComputedStyle(o).overflowX)) return true; };
  const found = document.documentElement.scrollWidth > within + 1 ? [`the page scrolls sideways: ${document.documentElement.scrollWidth} px`] : [];
  for (const o of (document.querySelector('main') || document.body).querySelectorAll('*')) {
    const r = o.getBoundingClientRect();
    if (r.width && r.height && r.right > within + 1 && getComputedStyle(o).position !== 'fixed' && !scrolls(o.parentElement)
        && !o.closest('.visually-hidden, .katex-mathml, mjx-assistive-mml, svg')) {
      found.push(`beyond the right edge: <${o.tagName.toLowerCase()} class="${o.className}"> ${(o.textContent || '').trim().slice(0, 50)}`); break; }
  }
  return found;
}
function pictures() {
  return [...document.images].flatMap(o => [...(o.complete && o.naturalWidth ? [] : [`image does not load: ${o.src.slice(0, 80)}`]),
    ...(o.alt.trim() || o.closest('[aria-hidden=true], [role=presentation]') ? [] : [`image without alt: ${(o.closest('[id]') || o).id} ${o.src.slice(0, 40)}`])]);
}
function blocks() { // code blocks, folded ones too: how many, how many run over, and which of them have no line over 100 characters
  for (const o of document.querySelectorAll('details')) o.open = true;
  const all = [...document.querySelectorAll('main pre')].filter(o => o.clientWidth), over = all.filter(o => o.scrollWidth > o.clientWidth + 1);
  const short = over.filter(o => Math.max(...o.innerText.split('\n').map(l => l.length)) <= 100);
  return {all: all.length, over: over.length, short: short.map(o => `runs over without a line of more than 100 characters: ${o.innerText.slice(0, 60)}`)};
}
async function axe(page) {
  if (!await page.evaluate(() => !!window.axe)) await page.addScriptTag({path: need.resolve('axe-core/axe.min.js')});
  const found = await page.evaluate(() => { // code has the same colours in every block: a dozen a page are enough
    [...document.querySelectorAll('main pre')].slice(12).forEach(p => p.setAttribute('data-like-others', ''));
    return axe.run({exclude: [['[data-like-others]']]}, {resultTypes: ['violations']});
  });
  return found.violations.flatMap(v => v.nodes.map(n => `axe ${v.id} (${v.impact}): ${n.target.join(' ')}`));
}
async function watched(options, offline) { // a tab, and a list that fills with what goes wrong in it
  const ctx = await browser.newContext(options), page = await ctx.newPage(), wrong = [];
  page.on('pageerror', e => wrong.push(`script: ${e}`));
  page.on('console', m => m.type() === 'error' && wrong.push(`console: ${m.text()}`));
  page.on('requestfailed', r => r.failure().errorText === 'net::ERR_ABORTED' || wrong.push(`no answer: ${r.url()}`));
  page.on('response', r => r.status() >= 400 && wrong.push(`${r.status()}: ${r.url()}`));
  await ctx.route(/^https?:\/\/(?!127\.0\.0\.1)/, route => {
    const url = route.request().url(), m = new URL(url).pathname.match(/^\/npm\/((?:@[^/]+\/)?[^/@]+)@[^/]+\/(.*)$/);
    const file = m && path.join(arg.modules, m[1], m[2]);
    if (!offline && file && fs.existsSync(file)) return route.fulfill({path: file, contentType: type(file), headers: {'access-control-allow-origin': '*'}});
    if (!offline && CDN.test(url)) return route.fulfill({body: '', contentType: type(url.split('?')[0])});
    wrong.push(`asks another site: ${url}`);
    return route.abort();
  });
  return {ctx, page, wrong};
}
async function settle(page) {
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (const o of document.images) { o.loading = 'eager'; if (!o.complete) await new Promise(r => { o.onload = o.onerror = r; setTimeout(r, 3000); }); }
    for (let i = 0; i < 50 && [...document.querySelectorAll('pre.mermaid, .mermaid')].some(o => !o.querySelector('svg') && o.tagName !== 'svg'); i++)
      await new Promise(r => setTimeout(r, 100));
    await new Promise(r => setTimeout(r, 150));
  });
}
const shot = async (page, name) => arg.shots && page.screenshot({path: path.join(arg.shots, name + '.png'), fullPage: true}).catch(e => console.log(`no screenshot of ${name}: ${e}`.split('\n')[0]));

// ---- the site

async function site(root) {
  const server = http.createServer((q, r) => {
    let f = path.join(root, decodeURIComponent(new URL(q.url, 'http://x').pathname));
    if (fs.existsSync(f) && fs.statSync(f).isDirectory()) f = path.join(f, 'index.html');
    if (f.endsWith('favicon.ico')) { r.writeHead(204); return r.end(); }
    if (!fs.existsSync(f)) { r.writeHead(404); return r.end(); }
    r.writeHead(200, {'content-type': type(f)}); fs.createReadStream(f).pipe(r);
  });
  await new Promise(r => server.listen(0, '127.0.0.1', r));
  const base = `http://127.0.0.1:${server.address().port}/`, home = arg.home.replace(/\/?$/, '/');
  const pages = fs.readdirSync(root, {recursive: true}).map(String).filter(f => f.endsWith('.html') && !f.startsWith('site_libs')).sort()
    .filter(f => !arg.names.length || arg.names.includes(f.replace('.html', '')));
  const ids = {}, has = (f, id) => (ids[f] ??= new Set([...fs.readFileSync(path.join(root, f), 'utf8').matchAll(/\s(?:id|name)="([^"]*)"/g)].map(m => m[1]))).has(id);
  function dead(hrefs, from) {
    return hrefs.flatMap(h => {
      const url = new URL(h.startsWith(home) ? h.slice(home.length) : h, base + from);
      if (!url.href.startsWith(base)) return /^(https?|mailto|data):/.test(url.protocol) ? [] : [`link to ${h}`];
      let f = decodeURIComponent(url.pathname.slice(1)) || 'index.html';
      if (!fs.existsSync(path.join(root, f))) return [`link leads nowhere: ${h}`];
      const id = decodeURIComponent(url.hash.slice(1));
      return id && f.endsWith('.html') && !has(f, id) ? [`no such place on the page: ${h}`] : [];
    });
  }
  const jobs = WIDTHS.flatMap(w => pages.map(p => [p, w])), total = {blocks: 0, over: 0};
  async function work() {
    const tabs = {};
    for (let job; job = jobs.shift();) {
      const [p, width] = job, {page, wrong} = tabs[width] ??= await watched({viewport: {width, height: 900}, colorScheme: width > 400 ? 'light' : 'dark'});
      wrong.length = 0; let note = '';
      try {
        await page.goto(base + p); await settle(page);
        note = `${await page.evaluate(() => document.documentElement.scrollHeight)} px tall`;
        await shot(page, `${p.replace('.html', '')}-${width}`);
        wrong.push(...await page.evaluate(cut, width), ...await axe(page));
        if (width === WIDTHS[0]) {
          const hrefs = await page.evaluate(() => [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href')));
          wrong.push(...await page.evaluate(pictures), ...dead(hrefs, p));
          const b = await page.evaluate(blocks);
          total.blocks += b.all; total.over += b.over; wrong.push(...b.short); note += `, ${b.over} of ${b.all} blocks scroll`;
        }
      } catch (e) { wrong.push(`${e}`.split('\n')[0]); }
      say(`${p} at ${width}`, wrong, note);
    }
    for (const o of Object.values(tabs)) await o.ctx.close();
  }
  await Promise.all(Array.from({length: Math.max(2, os.cpus().length)}, work));
  if (!arg.names.length) {
    const {ctx, page, wrong} = await watched({viewport: {width: 1280, height: 900}});
    try {
      await page.goto(base + 'index.html');
      const button = page.locator('#quarto-search button').first();
      if (await button.count()) await button.click();
      await page.locator('#quarto-search input, .aa-Input').first().click();
      await page.keyboard.type(arg.symbol, {delay: 20});
      await page.locator(`a[href$="#${arg.symbol}"]:visible`).first().click({timeout: 8000});
      await page.waitForURL(u => u.hash === '#' + arg.symbol, {timeout: 8000});
      if (!await page.locator(`#${arg.symbol}`).first().isVisible()) wrong.push(`${arg.symbol} is not to be seen`);
    } catch (e) { wrong.push(`search for ${arg.symbol}: ${e}`.split('\n')[0]); }
    say(`search finds ${arg.symbol} and leads to it`, wrong);
    await ctx.close();
  }
  server.close();
  console.log(`${pages.length} pages; ${total.over} of ${total.blocks} blocks of code scroll within themselves at ${WIDTHS[0]} px`);
}

// ---- a report, from its file and without a network

async function report(file) {
  const url = pathToFileURL(path.resolve(file)).href, name = path.basename(file);
  for (const width of WIDTHS) for (const colorScheme of ['light', 'dark']) {
    const {ctx, page, wrong} = await watched({viewport: {width, height: 900}, colorScheme}, true);
    await ctx.setOffline(true);
    try {
      await page.goto(url); await settle(page);
      await shot(page, `${path.parse(name).name}-${width}-${colorScheme}`);
      wrong.push(...await page.evaluate(cut, width), ...await page.evaluate(pictures), ...await axe(page));
      const inside = await page.evaluate(() => [...document.querySelectorAll('a[href^="#"]')].filter(a => a.hash.length > 1
        && !document.getElementById(decodeURIComponent(a.hash.slice(1)))).map(a => a.hash));
      wrong.push(...inside.map(o => `no such place on the page: ${o}`));
    } catch (e) { wrong.push(`${e}`.split('\n')[0]); }
    say(`${name} at ${width}, ${colorScheme}`, wrong);
    await ctx.close();
  }
  const {ctx, page, wrong} = await watched({viewport: {width: 794, height: 1123}}, true); let note = '';
  await ctx.setOffline(true);
  try {
    await page.goto(url); await settle(page); await page.emulateMedia({media: 'print'});
    const width = await page.evaluate(() => { // A4 less the margins that the page asks for
      const px = s => { const o = document.createElement('div'); o.style.width = s; document.body.append(o); const w = o.offsetWidth; o.remove(); return w; };
      const rule = [...document.styleSheets].flatMap(s => [...s.cssRules]).find(r => r instanceof CSSPageRule);
      const m = rule && (rule.style.marginLeft || rule.style.margin);
      return 794 - 2 * px(m || '1cm');
    });
    await page.setViewportSize({width, height: 1123}); await page.waitForTimeout(200);
    wrong.push(...await page.evaluate(cut, width), ...await page.evaluate(() => [...document.querySelectorAll('body *')].filter(o => !o.closest('svg')
      && o.clientWidth && o.scrollWidth > o.clientWidth + 1 && /auto|scroll|hidden/.test(getComputedStyle(o).overflowX) && !o.closest('.visually-hidden'))
      .map(o => `cut on paper: <${o.tagName.toLowerCase()} class="${o.className}"> ${(o.textContent || '').trim().slice(0, 50)}`)));
    const pdf = path.join(arg.shots || os.tmpdir(), `${path.parse(name).name}-${process.pid}.pdf`);
    await page.pdf({path: pdf, format: 'A4', preferCSSPageSize: true, printBackground: true});
    const sheets = (fs.readFileSync(pdf, 'latin1').match(/\/Type\s*\/Page\b/g) || []).length;
    if (!sheets) wrong.push('an empty PDF');
    note = `${sheets} sheets, ${Math.round(fs.statSync(pdf).size / 1024)} KB`; if (!arg.shots) fs.unlinkSync(pdf);
  } catch (e) { wrong.push(`${e}`.split('\n')[0]); }
  say(`${name} on A4 paper`, wrong, note);
  await ctx.close();
}

// ---- notebooks in JupyterLab: Run All in a fresh kernel, then save

async function lab(base) {
  const api = async (p, o) => { const r = await fetch(base + '/api/' + p, o); return r.status === 204 ? null : r.json(); };
  for (const name of arg.names) {
    const wrong = [], start = Date.now(); let note = '';
    const {ctx, page} = await watched({viewport: {width: 1300, height: 1000}}); // a page of its own: the last one's kernel is gone
    try {
      await page.goto(`${base}/lab/workspaces/auto-${start}/tree/nbs/${name}.ipynb`);
      await page.waitForSelector('.jp-Notebook .jp-Cell', {timeout: 90000});
      const state = async () => (await api('sessions')).find(s => s.path.endsWith(`${name}.ipynb`))?.kernel;
      for (let i = 0; i < 180; i++) { const k = await state(); if (k && k.execution_state === 'idle' && k.connections > 0) break; await page.waitForTimeout(500); }
      await page.waitForTimeout(1000);
      const t = Date.now();
      await page.getByRole('menuitem', {name: 'Run', exact: true}).click();
      await page.getByText('Run All Cells', {exact: true}).click();
      await page.waitForTimeout(1500);
      for (let quiet = 0; quiet < 4;) {
        const k = await state();
        quiet = k && k.execution_state === 'idle' && !await page.locator('.jp-InputPrompt', {hasText: '[*]'}).count() ? quiet + 1 : 0;
        if (Date.now() - t > arg.limit * 1000) { wrong.push(`not done after ${arg.limit} s`); break; }
        await page.waitForTimeout(400);
      }
      const seconds = Math.round((Date.now() - t) / 1000 - 1.6);
      await page.locator('.jp-Notebook').first().click({position: {x: 5, y: 5}}).catch(() => 0);
      await page.keyboard.press('Control+s'); await page.waitForTimeout(2500);
      const cells = (await api(`contents/nbs/${name}.ipynb`)).content.cells.filter(c => c.cell_type === 'code' && String(c.source).trim());
      const bad = cells.flatMap(c => c.outputs.filter(o => o.output_type === 'error').map(o => `${o.ename}: ${o.evalue}`));
      const ran = cells.filter(c => c.execution_count).length;
      wrong.push(...bad); if (ran < cells.length) wrong.push(`${ran} of ${cells.length} cells ran`);
      note = `${seconds} s, ${bad.length} tracebacks`;
      await shot(page, `lab-${name}`);
    } catch (e) { wrong.push(`${e}`.split('\n')[0]); }
    await ctx.close();
    for (const s of await api('sessions')) await api('sessions/' + s.id, {method: 'DELETE'});
    say(`${name} in JupyterLab`, wrong, note);
  }
}

try {
  if (arg.site) await site(arg.site);
  for (const f of arg.reports || []) await report(f);
  if (arg.lab) await lab(arg.lab);
} catch (e) { say('the browser went on to the end', [`${e}`.split('\n')[0]]); }
await browser.close().catch(() => 0);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
