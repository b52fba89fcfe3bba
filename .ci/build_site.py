"""Build the documentation site into `_docs` without Quarto, so that every change shows whether the pages still build.

nbdev turns the notebooks into pages as it does for `nbdev_docs`; smalldocs, a pure Python reader of `_quarto.yml`,
renders and checks them. Between the two, what Quarto would do by itself: a page takes the name that nbdev gives it
(`00_data.ipynb` becomes `data.html`), and links to the published site become links between the pages built here.
"""
import json, re, shutil, subprocess, sys
from pathlib import Path

def process(cfg):
    "Let nbdev write its pages to a fresh `_proc` (`nbdev_proc_nbs`, less the download of Quarto)"
    from nbdev.doclinks import _build_modidx
    from nbdev.quarto import refresh_quarto_yml
    from nbdev.serve import proc_nbs
    shutil.rmtree(cfg.config_path/'_proc', ignore_errors=True) # it would keep the pages of notebooks that are gone
    refresh_quarto_yml()
    _build_modidx()
    return proc_nbs(cfg.nbs_path, n_workers=2)

def page_name(page):
    "File name that nbdev asks for in the front matter of `page`, and the notebook without that line"
    nb = json.loads(page.read_text(encoding='utf-8'))
    front = nb['cells'][0]
    src = ''.join(front['source'])
    found = re.search(r'^output-file: (\S+)\.html\n?', src, flags=re.M)
    if found: front['source'] = src.replace(found.group(), '')
    return (found.group(1) if found else page.stem) + '.ipynb', nb

def rename_pages(proc, site):
    "Give pages their published names, in the links between them and in the sidebar too"
    pages = {p: page_name(p) for p in proc.glob('*.ipynb')}
    names = {p.name: new for p,(new,_) in pages.items()}
    link = re.compile(r'(?<=\()' + f'(?:{"|".join(map(re.escape, names))})' + r'(?=[)#])')
    for p,(new,nb) in pages.items():
        p.unlink()
        for c in nb['cells']:
            if c['cell_type'] != 'markdown': continue
            src = ''.join(c['source']).replace(f'({site}/', '(').replace(f'({site})', '(index.html)')
            c['source'] = link.sub(lambda m: names[m.group()], src)
        p.with_name(new).write_text(json.dumps(nb, ensure_ascii=False), encoding='utf-8')
    yml = proc/'_quarto.yml'
    text = re.sub(r'^ +grid:.*\n(?: {6}.*\n)+', '', yml.read_text(), flags=re.M) # for Quarto alone; so is theme.scss:
    text = text.replace(', theme.scss]', ']')                                     # styles.css and `own_fonts` do it here
    yml.write_text(re.sub(r'[\w.-]+\.ipynb', lambda m: names.get(m.group(), m.group()), text))
    return {Path(new).with_suffix('.html').name: old for old,new in names.items()}

def edit_links(docs, notebooks):
    "Let 'Edit this page' lead to the notebook under the name that it has in the repository"
    for page,old in notebooks.items():
        html = docs/page
        html.write_text(html.read_text(encoding='utf-8').replace(f"/{html.stem}.ipynb\"", f"/{old}\""), encoding='utf-8')

def own_fonts(docs):
    "Themes in the reader's own fonts: no page asks another site for one"
    for css in docs.glob('site_libs/themes/*.css'):
        css.write_text(re.sub(r'@import url\(https?:[^)]*\);?', '', css.read_text(encoding='utf-8')), encoding='utf-8')

def main():
    from nbdev.config import get_config
    cfg = get_config()
    proc = process(cfg)
    notebooks = rename_pages(proc, cfg.doc_host + cfg.doc_baseurl)
    smalldocs = Path(sys.executable).with_name('smalldocs')
    for job in (['render', '--strict', '--quiet'], ['check']):
        if code := subprocess.run([smalldocs, *job, proc]).returncode: return code
    edit_links(proc/'_docs', notebooks)
    own_fonts(proc/'_docs')
    shutil.rmtree(cfg.doc_path, ignore_errors=True)
    shutil.move(proc/'_docs', cfg.doc_path)
    print(f"{len(list(cfg.doc_path.glob('*.html')))} pages in {cfg.doc_path.name}")

if __name__ == '__main__': sys.exit(main())
