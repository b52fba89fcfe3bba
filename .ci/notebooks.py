"""What every notebook promises its reader, checked without running it: small cells, short lines, small outputs, no traces
of one machine, words for every picture, nothing that is loaded from elsewhere. Prints a table of all notebooks. Another folder of notebooks can be given, to compare with."""
import ast, json, re, sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
KB, LINES, WIDTH = 300, 30, 120 # stored outputs of a notebook, code lines of an exported cell, characters of a line
EXPORT, FOLDED, HIDDEN = (re.compile(o, re.M) for o in
    (r'^#\|\s*export', r'^#\|\s*code-fold:\s*true', r'^#\|\s*(?:hide\b|default_exp|echo:\s*false)'))
ELSEWHERE = re.compile(r'<(?:script|iframe)\b[^>]*>|<link\b[^>]*\bhref=["\']?https?:[^>]*|@import[^;]*https?:|<img\b[^>]*\bsrc=["\']?https?:[^>]*')
HOME = re.compile(r'/(?:home|root|Users|tmp|work)/[\w.-]+')

def code_lines(src):
    "Lines of code, without directives and blank lines"
    return [l for l in src.splitlines() if l.strip() and not l.startswith('#|')]

def mixes_imports(src):
    "True if a cell imports and does something else: building the docs would run all of it"
    try: body = ast.parse(src).body
    except SyntaxError: return False
    has = any(isinstance(n, (ast.Import, ast.ImportFrom)) for o in body for n in ast.walk(o))
    return has and not all(isinstance(o, (ast.Import, ast.ImportFrom)) for o in body)

def table_row(cells):
    "Of a notebook's exported cells, of the lessons in sight and of those that are folded: cells, median and longest"
    code = [''.join(c['source']) for c in cells if c['cell_type']=='code' and ''.join(c['source']).strip()]
    kinds = dict(exported=[], lesson=[], folded=[])
    for src in code:
        if HIDDEN.search(src): continue
        kinds['exported' if EXPORT.search(src) else 'folded' if FOLDED.search(src) else 'lesson'].append(src)
    row = {}
    for kind,cells in kinds.items():
        n = [len(code_lines(o)) for o in cells]
        row[kind] = (len(n), median(n) if n else 0, max(n, default=0))
    for kind,parts in dict(exported=('exported',), lesson=('lesson','folded')).items():
        lines = [l for k in parts for o in kinds[k] for l in code_lines(o)]
        row[f'wide {kind}'] = (sum(len(l)>WIDTH for l in lines), len(lines))
    return row

def show_table(rows):
    "Print the rows of `table_row`, and their sum"
    numbers = lambda v: f'{v[0]:4} {v[1]:6g} {v[2]:7}'
    wide = lambda v: f'{v[0]:5} ({100*v[0]/max(1, v[1]):4.1f} %)'
    share = lambda r: f"{100*r['folded'][0]/max(1, r['folded'][0]+r['lesson'][0]):5.0f} %"
    print(f'{"":18}{"exported":19}  {"lesson, in sight":19}  {"lesson, folded":19}{"share":>7}  lines over {WIDTH}')
    print(f'{"notebook":18}' + '  '.join([f'{"n":>4} {"median":>6} {"longest":>7}']*3) + f'{"folded":>8}  {"exported":14} lesson')
    for name,r in rows.items():
        print(f'{name:18}' + '  '.join(numbers(r[k]) for k in ('exported','lesson','folded')) + share(r)
              + '  ' + wide(r['wide exported']) + ' ' + wide(r['wide lesson']))

def total(cells_of):
    "All notebooks as one"
    return table_row([c for cells in cells_of.values() for c in cells])

def has_picture(cell):
    "True if an image is among a cell's stored outputs"
    return any(k.startswith('image/') for o in cell.get('outputs', []) for k in o.get('data', {}))

def from_elsewhere(cell):
    "Scripts, styles and frames of another site in stored HTML, and widgets, for which the site would load some"
    for o in cell.get('outputs', []):
        for kind,val in o.get('data', {}).items():
            if 'widget' in kind or 'javascript' in kind: return kind
            if kind=='text/html' and (m := ELSEWHERE.search(''.join(val))): return m.group()[:80]

def linked_names(src, names):
    "Exported names in backticks in a parameter's comment: the site shows their links as raw text"
    try: tree = ast.parse(src)
    except SyntaxError: return []
    lines, found = src.splitlines(), []
    for o in ast.walk(tree):
        if not isinstance(o, (ast.FunctionDef, ast.ClassDef)) or re.match('_(?!_)', o.name): continue
        if isinstance(o, ast.ClassDef) and not any('dataclass' in ast.unparse(d) for d in o.decorator_list): continue
        doc = next((b for b in o.body if isinstance(b, ast.Expr) and isinstance(b.value, ast.Constant)), None)
        last = (doc or o.body[0]).lineno - 1 if isinstance(o, ast.FunctionDef) else o.end_lineno
        said = ' '.join(l.partition('#')[2] for l in lines[o.lineno-1:last])
        found += [n for n in re.findall(r'`(\w+)`', said) if n in names]
    return found

def exported_names():
    "Public names of all modules"
    trees = [ast.parse(p.read_text(encoding='utf-8')) for p in (ROOT/'pneumogan').glob('[!_]*.py')]
    return {n for t in trees for o in t.body if isinstance(o, ast.Assign) and ast.unparse(o.targets[0])=='__all__'
            for n in ast.literal_eval(o.value)}

def complaints(cells, names):
    "What is wrong with a notebook's cells"
    size = sum(len(json.dumps(c.get('outputs', []))) for c in cells)
    if size > KB*1000: yield f'{size//1000} KB of outputs, more than {KB}: fewer or smaller figures'
    for i,c in enumerate(cells):
        src, out = ''.join(c['source']), json.dumps(c.get('outputs', []))
        if re.search(r'^\s*skip_exec:\s*true', src, re.M): yield 'the whole notebook is skipped (skip_exec)'
        if m := HOME.search(src + out): yield f'cell {i} names a folder of one machine: {m.group()}'
        if '"output_type": "error"' in out: yield f'cell {i} stores a traceback'
        if c['cell_type']!='code':
            if re.search(r'!\[\s*\]\((?![^)]*\)\{[^}]*fig-alt=)|<img(?![^>]*\balt="[^"])', src): yield f'cell {i} has a picture without alt text'
            continue
        if has_picture(c) and not re.search(r'^#\|\s*fig-alt:\s*\S', src, re.M): yield f'cell {i} stores a picture and has no fig-alt'
        if o := from_elsewhere(c): yield f'cell {i} stores what a page would load from elsewhere: {o}'
        if EXPORT.search(src) and (o := linked_names(src, names)):
            yield f'cell {i} has exported names in backticks in a parameter comment: {", ".join(o)}'
        if wide := [l for l in src.splitlines() if len(l)>WIDTH]:
            yield f'cell {i} has {len(wide)} lines over {WIDTH} characters: {wide[0].strip()[:60]}...'
        hidden = c['metadata'].get('jupyter', {}).get('source_hidden', False)
        if hidden != bool(FOLDED.search(src)): yield f'cell {i} is folded on the site or in JupyterLab, but not in both'
        if not re.search(r'^#\|\s*export', src, re.M):
            if mixes_imports(src): yield f'cell {i} imports and does more: {code_lines(src)[0]}'
        elif len(code_lines(src)) > LINES: yield f'cell {i} exports {len(code_lines(src))} lines, more than {LINES}: {code_lines(src)[0]}'

def orphans():
    "Modules whose notebook is gone"
    made = {m for p in (ROOT/'nbs').rglob('*.ipynb') for m in re.findall(r'default_exp (\w+)', p.read_text(encoding='utf-8'))}
    return sorted(p.name for p in (ROOT/'pneumogan').glob('*.py') if not p.stem.startswith('_') and p.stem not in made)

def dead_links(cells_of):
    "Links to a paper that the bibliography does not hold"
    texts = {name: '\n'.join(''.join(c['source']) for c in cells) for name,cells in cells_of.items()}
    have = set(re.findall(r'<a id="(\w+)">', texts.get('bibliography', '')))
    for name,text in texts.items():
        for key in set(re.findall(r'\]\(bibliography\.ipynb#([^)]+)\)', text))-have: yield f'{name}: no {key} in the bibliography'

def main(folder=ROOT/'nbs'):
    paths = [p for p in sorted(Path(folder).rglob('*.ipynb')) if '.ipynb_checkpoints' not in p.parts]
    cells = {p.stem: json.loads(p.read_text(encoding='utf-8'))['cells'] for p in paths}
    show_table({name: table_row(c) for name,c in cells.items()} | {'all': total(cells)})
    names = exported_names()
    found = [f'pneumogan/{o}: no notebook exports it' for o in orphans()]
    found += [f'{name}: {o}' for name,c in cells.items() for o in complaints(c, names)] + [*dead_links(cells)]
    print('\n'.join(found) or 'all notebooks are in shape')
    return int(bool(found))

if __name__ == '__main__': sys.exit(main(*sys.argv[1:]))
