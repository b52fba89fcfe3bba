"""What every notebook promises its reader, checked without running it: small cells, small outputs, no traces of one machine."""
import ast, json, re, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KB, LINES = 300, 30 # stored outputs of a notebook, code lines of an exported cell
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

def complaints(cells):
    "What is wrong with a notebook's cells"
    size = sum(len(json.dumps(c.get('outputs', []))) for c in cells)
    if size > KB*1000: yield f'{size//1000} KB of outputs, more than {KB}: fewer or smaller figures'
    for i,c in enumerate(cells):
        src, out = ''.join(c['source']), json.dumps(c.get('outputs', []))
        if re.search(r'^\s*skip_exec:\s*true', src, re.M): yield 'the whole notebook is skipped (skip_exec)'
        if m := HOME.search(src + out): yield f'cell {i} names a folder of one machine: {m.group()}'
        if '"output_type": "error"' in out: yield f'cell {i} stores a traceback'
        if c['cell_type']!='code': continue
        if not re.search(r'^#\|\s*export', src, re.M):
            if mixes_imports(src): yield f'cell {i} imports and does more: {code_lines(src)[0]}'
        elif len(code_lines(src)) > LINES: yield f'cell {i} exports {len(code_lines(src))} lines, more than {LINES}: {code_lines(src)[0]}'

def orphans():
    "Modules whose notebook is gone"
    made = {m for p in (ROOT/'nbs').rglob('*.ipynb') for m in re.findall(r'default_exp (\w+)', p.read_text(encoding='utf-8'))}
    return sorted(p.name for p in (ROOT/'pneumogan').glob('*.py') if not p.stem.startswith('_') and p.stem not in made)

def main():
    found = [f'pneumogan/{o}: no notebook exports it' for o in orphans()]
    for p in sorted((ROOT/'nbs').rglob('*.ipynb')):
        if '.ipynb_checkpoints' not in p.parts:
            found += [f'{p.name}: {o}' for o in complaints(json.loads(p.read_text(encoding='utf-8'))['cells'])]
    print('\n'.join(found) or 'all notebooks are in shape')
    return int(bool(found))

if __name__ == '__main__': sys.exit(main())
