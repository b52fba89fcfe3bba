"""Use the installed library as a stranger would: every step in a fresh process, nothing taken from a notebook kernel.

  library.py symbols    import each module by itself; each name it exports must resolve and be callable
  library.py commands   each console script must answer `--help`, with options spelled --like-this
  library.py openings   run each notebook's opening lines on the installed modules
  library.py arrows     who imports whom: no room imports one that stands below it, openly or by name

It needs Python and the library only, so it also judges an environment that has no nbdev.
"""
import ast, json, re, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIB = 'pneumogan'
SKIP = re.compile(r'^#\|\s*(?:eval:\s*false|default_exp|notest|slow)\b', re.M)
EXPORT = re.compile(r'^#\|\s*exporti?\b', re.M)

def notebooks():
    "`(name, module, lesson cells)` of each notebook that exports a module"
    for p in sorted((ROOT/'nbs').glob('*.ipynb')):
        cells = [''.join(c['source']) for c in json.loads(p.read_text(encoding='utf-8'))['cells'] if c['cell_type'] == 'code']
        mod = next((m.group(1) for c in cells if (m := re.search(r'^#\|\s*default_exp\s+(\S+)', c, re.M))), None)
        if mod: yield p.stem, f'{LIB}.{mod}', [c for c in cells if not EXPORT.search(c) and not SKIP.search(c)]

# Who may import whom: only those that stand before it
ROOMS = ('tools tables images copies labels data store statistics arms predictions verdict simulation comparisons report page dcgan distributed quality '
         'training cgan wgangp synthesis exchange classifier shifts curriculum analysis plan study benchmark cli site').split()

def imported(path):
    "Rooms that a module imports, and lines that import one by a name put together at run time"
    tree, names, hidden = ast.parse(path.read_text(encoding='utf-8')), set(), []
    for o in ast.walk(tree):
        if isinstance(o, ast.ImportFrom) and o.level: names |= {o.module} if o.module else {a.name for a in o.names}
        if isinstance(o, ast.ImportFrom) and (o.module or '').startswith(LIB+'.'): names.add(o.module.split('.')[1])
        if isinstance(o, ast.Import): names |= {a.name.split('.')[1] for a in o.names if a.name.startswith(LIB+'.')}
        if isinstance(o, ast.Call) and 'import' in ast.unparse(o.func) and LIB in ast.unparse(o): hidden.append(o.lineno)
    return names & set(ROOMS), hidden

def arrows():
    "Print every room with its lines and what it imports; 1 if an arrow points up or is hidden"
    wrong = []
    for path in sorted((ROOT/LIB).glob('*.py'), key=lambda p: (ROOMS.index(p.stem) if p.stem in ROOMS else -1)):
        if path.stem.startswith('_'): continue
        if path.stem not in ROOMS: wrong.append(f'{path.stem} is no known room'); continue
        names, hidden = imported(path)
        up = [n for n in names if ROOMS.index(n)>=ROOMS.index(path.stem)]
        lines = len(path.read_text(encoding='utf-8').splitlines())
        print(f'{path.stem:13}{lines:5} lines  <- {", ".join(sorted(names, key=ROOMS.index)) or "nothing of ours"}')
        if up: wrong.append(f'{path.stem} imports {", ".join(up)}, which stand below it')
        if hidden and path.stem!='cli': wrong.append(f'{path.stem} imports by name in line {hidden[0]}')
    print('\n'.join(wrong) or 'no arrow points up, none is hidden')
    return int(bool(wrong))

def only_imports(src): return all(isinstance(o, (ast.Import, ast.ImportFrom)) for o in ast.parse(src).body)

def opening(cells):
    "The cells up to and with the first that does more than import; imports one by one, as lessons may use tools of the dev extra"
    found = []
    for c in cells:
        if not only_imports(c): return found + [c]
        found += [f'try: {ast.unparse(o)}\nexcept ModuleNotFoundError as e: print(e)' for o in ast.parse(c).body]
    return found

SYMBOLS = '''
import importlib, inspect, sys
mod = importlib.import_module(sys.argv[1])
assert mod.__all__, f'{mod.__name__} exports nothing'
for name in mod.__all__:
    obj = getattr(mod, name)
    if name.isupper() or not (inspect.isroutine(obj) or inspect.isclass(obj)): continue # a constant
    assert callable(obj), f'{name} cannot be called'
    assert inspect.getdoc(obj), f'{name} has no docstring'
    if inspect.isroutine(obj): inspect.signature(obj)
print(len(mod.__all__), 'names')
'''

LESSONS = '''
import importlib, json, os, sys
os.environ.setdefault('MPLBACKEND', 'agg')
space = {'__name__': '__main__', 'display': print}
space.update({k: v for k, v in vars(importlib.import_module(sys.argv[1])).items() if not k.startswith('__')})
for i, src in enumerate(json.load(sys.stdin), 1):
    exec(compile(src, f'<lesson {i} of {sys.argv[1]}>', 'exec'), space)
'''

def fresh(label, args, **kw):
    "Run one process; `(label, what it said or None)`"
    r = subprocess.run(args, capture_output=True, text=True, **{'cwd': tempfile.gettempdir(), **kw})
    said = (r.stdout + r.stderr)[-3000:]
    odd = re.findall(r'--\w+_\w+', said) if '--help' in args else []
    ok = not r.returncode and not odd
    print(f'{label}: {"ok" if ok else "FAILED"}', flush=True)
    return label, None if ok else (f'underscores: {" ".join(odd)}' if odd else said)

def jobs(what):
    "What to run: `(label, arguments, options)` each"
    if what == 'commands':
        cfg = ConfigParser(delimiters=['='])
        cfg.read(ROOT/'settings.ini', encoding='utf-8')
        for line in cfg['DEFAULT']['console_scripts'].split():
            name = line.split('=')[0]
            yield name, [Path(sys.executable).with_name(name), '--help'], {}
        return
    for name, mod, cells in notebooks():
        if what == 'symbols': yield mod, [sys.executable, '-c', SYMBOLS, mod], {}
        else:
            yield name, [sys.executable, '-c', LESSONS, mod], dict(input=json.dumps(opening(cells)), cwd=ROOT/'nbs')

def main(what):
    if what=='arrows': return arrows()
    todo = list(jobs(what))
    with ThreadPoolExecutor(2) as pool: results = list(pool.map(lambda j: fresh(j[0], j[1], **j[2]), todo))
    for label, said in results:
        if said is not None: print(f'\n--- {label}\n{said}')
    if not todo: print('nothing to check')
    return int(not todo or any(said is not None for _, said in results))

if __name__ == '__main__': sys.exit(main(sys.argv[1]))
