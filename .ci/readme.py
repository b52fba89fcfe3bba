"""Write README.md from nbs/index.ipynb, without Quarto.

Prose, shown code and its results become GitHub markdown that reads the same on GitHub and on a package index: links
to notebooks lead to the pages of the site, pictures have their whole address, and those that a cell has drawn are saved
to `nbs/index_files`. `--check` writes nothing; it exits 1 if a file would change.
"""
import base64, posixpath, re, sys
from pathlib import Path

PICTURES = 'index_files'
WARNING = '<!-- Written from nbs/index.ipynb by .ci/readme.py: edit the notebook. -->'
GITHUB = {'note': 'NOTE', 'tip': 'TIP', 'important': 'IMPORTANT', 'warning': 'WARNING', 'caution': 'CAUTION'}

def address(target, cfg, picture):
    """Where a file named in `nbs` is to be found from anywhere, a package index too: notebooks as pages of the site,
    pictures as they are, anything else in the repository"""
    path, mark, anchor = target.partition('#')
    if not (cfg.nbs_path/path).exists(): sys.exit(f'README: {target} is not a file in {cfg.nbs_path.name}')
    file = posixpath.normpath(f'{cfg.nbs_path.name}/{path}')
    if picture: return f'https://raw.githubusercontent.com/{cfg.user}/{cfg.repo}/{cfg.branch}/{file}'
    if not path.endswith('.ipynb'): return f'{cfg.git_url}/blob/{cfg.branch}/{file}'
    return f'{cfg.doc_host}{cfg.doc_baseurl}/' + re.sub(r'^\d+[a-z]*_', '', Path(path).stem) + f'.html{mark}{anchor}'

def relink(text, cfg):
    "Give markdown links, pictures and `src=` attributes that name a file under `nbs` their addresses"
    def fix(m):
        pre, target, post = m.groups()
        if target.startswith('#') or re.match(r'[a-z]+:', target): return m.group(0)
        return pre + address(target, cfg, pre.startswith(('![','<img'))) + post
    text = re.sub(r'(!?\[[^\]]*\]\()([^)\s]+)((?:\s+"[^"]*")?\))', fix, text)
    return re.sub(r'(<(?:img|a)\b[^>]*?\b(?:src|href)=")([^"]+)(")', fix, text)

def callout(m):
    "A Quarto callout as GitHub's alert"
    return '\n'.join(f'> {l}'.rstrip() for l in (f'[!{GITHUB[m.group(1)]}]', *m.group(2).strip().splitlines()))

def markdown(src, cfg, linkify):
    "A markdown cell as GitHub reads it"
    src = re.sub(r'^```\{mermaid\}', '```mermaid', src, flags=re.M)
    src = re.sub(r'^:::+ *\{\.callout-(\w+)[^}]*\}\n(.*?)\n:::+ *$', callout, src, flags=re.M|re.S)
    src = re.sub(r'(!\[[^\]]*\]\([^)]*\))\{[^}]*\}', r'\1', src) # Quarto's picture attributes
    return relink(linkify(src), cfg)

def result(out, alt, cfg, pictures):
    "One output as markdown; a picture is added to `pictures` under the name it will have"
    data = out.get('data', {})
    if 'image/png' in data:
        pictures[f'figure-{len(pictures)+1}.png'] = base64.b64decode(''.join(data['image/png']))
        name = f'{cfg.nbs_path.name}/{PICTURES}/figure-{len(pictures)}.png'
        return f'![{alt}](https://raw.githubusercontent.com/{cfg.user}/{cfg.repo}/{cfg.branch}/{name})'
    if 'text/markdown' in data: return relink(''.join(data['text/markdown']), cfg)
    txt = ''.join(out.get('text') or data.get('text/plain') or '')
    return '\n'.join('    ' + l for l in txt.splitlines())

def directives(src):
    "The `#| key: value` lines of a code cell, and the rest of it"
    keys = dict(re.findall(r'^#\| *([\w-]+):? *(.*)$', src, flags=re.M))
    return keys, re.sub(r'^#\|.*\n?', '', src, flags=re.M).strip()

def readme(cfg):
    "Text of README.md, and a dict of its pictures"
    from execnb.nbio import read_nb
    from nbdev.doclinks import NbdevLookup
    linkify, out, pictures = NbdevLookup().linkify, [], {}
    for c in read_nb(cfg.nbs_path/cfg.readme_nb).cells:
        src = c.source.strip()
        if c.cell_type == 'markdown':
            if not out: # the title cell: its `>` line is the description
                head, _, rest = src.partition('\n')
                src = f"{head}\n\n{WARNING}\n\n{rest.strip().removeprefix('>').strip()}"
            out.append(markdown(src, cfg, linkify))
        elif c.cell_type == 'code' and src:
            keys, code = directives(src)
            if {'hide', 'export', 'default_exp', 'code-fold'} & keys.keys() or keys.get('include') == 'false': continue
            if code and keys.get('echo') != 'false': out.append(f'```python\n{code}\n```')
            alt = keys.get('fig-alt') or keys.get('fig-cap') or 'Result of the cell above'
            shown = [o for o in c.outputs if o.get('name') != 'stderr'] if keys.get('output') != 'false' else []
            out += filter(None, (result(o, alt.strip('"\''), cfg, pictures) for o in shown))
    return '\n\n'.join(out) + '\n', pictures

def main():
    from nbdev.config import get_config
    cfg = get_config()
    txt, pictures = readme(cfg)
    want = {cfg.config_path/'README.md': txt.encode()} | {cfg.nbs_path/PICTURES/k: v for k,v in pictures.items()}
    changed = [p for p,b in want.items() if not p.exists() or p.read_bytes() != b]
    stale = [p for p in (cfg.nbs_path/PICTURES).glob('*') if p not in want]
    if '--check' in sys.argv:
        names = ', '.join(str(p.relative_to(cfg.config_path)) for p in changed + stale)
        return f'out of date: {names}; run: python .ci/readme.py' if names else 0
    for p in changed:
        p.parent.mkdir(exist_ok=True)
        p.write_bytes(want[p])
    for p in stale: p.unlink()

if __name__ == '__main__': sys.exit(main())
