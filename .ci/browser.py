"""What a reader meets, tried in a browser: the site, a report, the notebooks in JupyterLab.

  .ci/browser.py [PAGE...]            every page of `_docs` (or those named), light at 1280 pixels and dark at 390: messages,
                                      links, images, what scrolls sideways, code that runs over, the search, axe-core
  .ci/browser.py --report FILE.html   a report, opened from its file without a network: light and dark at both widths, and on A4
  .ci/browser.py --lab [NOTEBOOK...]  Run All in JupyterLab, on a copy of the repository that must be unchanged afterwards

It needs Node with npm and Chromium (Debian's package `chromium`, or CHROMIUM=path), and says that it is skipped where one is
missing. The npm packages go to a cache folder, or come from NODE_MODULES=folder. `--shots FOLDER` keeps screenshots.
A line for each page; the last line is 'N passed, N failed'.
"""
import argparse, json, os, shutil, socket, subprocess, sys, tempfile, time
from configparser import ConfigParser
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = 'playwright-core@1 axe-core@4 katex@0.16 mermaid@11'.split()
SYMBOL = 'folder_cohort' # the search must find it

def skip(why):
    print(f'skipped: {why}')
    sys.exit(0)

def chromium():
    "Path of a Chromium"
    names = [os.environ.get('CHROMIUM'), 'chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
    return next((p for o in names if o and (p := shutil.which(o))), None) or skip('no Chromium here')

def node_modules():
    "Folder of the npm packages, installed once outside the repository"
    if given := os.environ.get('NODE_MODULES'): return Path(given).resolve()
    cache = Path(os.environ.get('XDG_CACHE_HOME', Path.home()/'.cache'))/'pneumogan-browser'
    done = cache/'done'
    if not done.exists() or done.read_text() != ' '.join(PACKAGES):
        cache.mkdir(parents=True, exist_ok=True)
        if not shutil.which('npm'): skip('no npm here')
        r = subprocess.run(['npm', 'install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', *PACKAGES], cwd=cache)
        if r.returncode: skip('npm cannot install its packages')
        done.write_text(' '.join(PACKAGES))
    return cache/'node_modules'

def copy_repo(into):
    "The working tree as a repository of its own, so that every change shows"
    names = subprocess.run(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], cwd=ROOT, capture_output=True, check=True)
    for o in names.stdout.decode().split('\0'):
        if not o or not (ROOT/o).exists(): continue
        (into/o).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT/o, into/o, follow_symlinks=False)
    who = ['-c', 'user.name=copy', '-c', 'user.email=copy@localhost', '-c', 'commit.gpgsign=false']
    for cmd in (['init', '-q'], ['add', '-A'], [*who, 'commit', '-qm', 'copy']): subprocess.run(['git', *cmd], cwd=into, check=True)

def in_lab(args, browse):
    "Run notebooks in JupyterLab on a copy; true if all went well and nothing has changed"
    with tempfile.TemporaryDirectory() as tmp, socket.socket() as s:
        copy, home = Path(tmp)/'copy', Path(tmp)/'jupyter'
        copy.mkdir(); copy_repo(copy)
        s.bind(('127.0.0.1', 0)); port = s.getsockname()[1]; s.close()
        env = {k:v for k,v in os.environ.items() if k!='PNEUMOGAN_DATA'} | dict(PYTHONPATH=str(copy), JUPYTER_CONFIG_DIR=str(home))
        cmd = f'-m jupyterlab --no-browser --allow-root --ip 127.0.0.1 --port {port} --IdentityProvider.token= --LabApp.news_url=None'
        server = subprocess.Popen([sys.executable, *cmd.split(), f'--ServerApp.root_dir={copy}'], env=env, cwd=copy,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(120):
                try: urlopen(f'http://127.0.0.1:{port}/api').read(); break
                except OSError: time.sleep(.5)
            names = [Path(o).stem for o in args.names] or sorted(p.stem for p in (copy/'nbs').glob('*.ipynb'))
            ok = browse(lab=f'http://127.0.0.1:{port}', names=names, limit=args.limit)
        finally:
            server.terminate(); server.wait(30)
        subprocess.run(['nbdev_clean'], cwd=copy, env=env, check=True)
        status = subprocess.run(['git', 'status', '--short'], cwd=copy, capture_output=True, text=True).stdout
        print(f'changed on disk:\n{status}' if status else 'nothing on disk has changed')
        if status and args.shots: (Path(args.shots)/'lab.diff').write_bytes(subprocess.run(['git', 'diff'], cwd=copy, capture_output=True).stdout)
        return ok and not status

def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('names', nargs='*', help='pages, or notebooks with --lab; all if none is named')
    p.add_argument('--report', action='append', default=[], help='a report.html')
    p.add_argument('--lab', action='store_true', help='run notebooks in JupyterLab')
    p.add_argument('--limit', type=int, default=600, help='seconds a notebook may take in JupyterLab')
    p.add_argument('--docs', default=ROOT/'_docs', help='folder of the site')
    p.add_argument('--shots', help='folder for screenshots')
    args = p.parse_args()
    if not shutil.which('node'): skip('no Node here')
    given = dict(chromium=chromium(), modules=str(node_modules()), shots=args.shots, names=[Path(o).stem for o in args.names])
    if args.shots: Path(args.shots).mkdir(parents=True, exist_ok=True)
    cfg = ConfigParser(delimiters=['=']); cfg.read(ROOT/'settings.ini', encoding='utf-8')
    home = cfg['DEFAULT']['doc_host'] + cfg['DEFAULT']['doc_baseurl']
    def browse(**kw): return not subprocess.run(['node', str(Path(__file__).with_suffix('.mjs')), json.dumps(given | kw)]).returncode
    if args.lab: return int(not in_lab(args, browse))
    if args.report: return int(not browse(reports=args.report))
    if not Path(args.docs).is_dir(): sys.exit(f'no site in {args.docs}: python .ci/build_site.py builds it')
    return int(not browse(site=str(Path(args.docs).resolve()), home=home, symbol=SYMBOL))

if __name__ == '__main__': sys.exit(main())
