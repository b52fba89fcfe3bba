"""The commands of the README that nbs/coming_from.ipynb lists, run as they stand there: python .ci/original.py [folder]

60 images in RSNA's layout, one epoch, few synthetic images; everything else at its default: 224 pixels, five folds, a
ResNet-50. The images are chest X-rays where PNEUMOGAN_DATA has a folder chest_xray, else phantoms (no X-rays). Where
the ImageNet weights of the ResNet-50 cannot be had, random ones stand in for them, for these commands alone. Prints
seconds and exit code of each command, looks for every file of the page's table, and ends with 'N passed, N failed'. The
same stands in original.json in the folder; the page shows the one in nbs/studies."""
import ast, json, os, shlex, subprocess, sys, tempfile, time
from pathlib import Path

PAGE = Path(__file__).parent.parent/'nbs/coming_from.ipynb'
ONE = 'models/baseline_ARCH.safetensors', 'results/metrics/baseline_metrics.json' # what --k-folds 1 leaves

def table(name):
    "Rows of a table of the page: the text that is assigned to `name`, cut at its bars"
    for cell in json.loads(PAGE.read_text(encoding='utf-8'))['cells']:
        if cell['cell_type']!='code': continue
        for o in ast.parse(''.join(cell['source'])).body:
            if isinstance(o, ast.Assign) and getattr(o.targets[0], 'id', '')==name:
                text = ast.literal_eval(o.value).replace('\\\n', ' ').strip('\n')
                return [[' '.join(c.split()) for c in l.split('|')] for l in text.splitlines()]

def write_images(home):
    "60 images of as many patients in RSNA's layout"
    from pneumogan.data import load_cohort, phantom, write_layout
    cohort = phantom(60, 1, prevalence=.4)
    if (p := Path(os.environ.get('PNEUMOGAN_DATA', 'data'))/'chest_xray').is_dir():
        whole = load_cohort(p)
        first = whole.df.drop_duplicates('patient_id')
        cohort = whole[first.groupby('label').sample(30, random_state=0).index.to_numpy()]
        cohort.df['finding'] = cohort.df.label.map({0:'Normal', 1:'Lung Opacity'})
    write_layout(cohort, home/'data/processed', 'rsna', size=224)
    return dict(images=cohort.name, n_images=len(cohort))

def environment(home):
    "With a cache of its own, and random weights where ImageNet's cannot be had; and what the weights are"
    import torch
    from torchvision.models import ResNet50_Weights, resnet50
    name, what = Path(ResNet50_Weights.DEFAULT.url).name, 'ImageNet weights'
    env = os.environ | dict(PNEUMOGAN_CACHE=str(home/'cache')) # nothing is there from an earlier run
    if (Path(torch.hub.get_dir())/'checkpoints'/name).exists(): return env, what
    to = home/'torch/hub/checkpoints'/name; to.parent.mkdir(parents=True, exist_ok=True)
    try: torch.hub.download_url_to_file(ResNet50_Weights.DEFAULT.url, to, progress=False)
    except OSError:
        what = "random weights in place of the ResNet-50's"
        torch.manual_seed(0); torch.save(resnet50().state_dict(), to)
    return env | dict(TORCH_HOME=str(home/'torch')), what

def small(line):
    "A line of the README, with one epoch and few synthetic images"
    name, *given = shlex.split(line)
    few = '--num-images-per-class' if '--num-images-per-class' in given else '--num-images'
    more = {'pneumogan_synthesize': [few, '30']} | {f'pneumogan_train_{o}': ['--epochs', '1'] for o in
                                                   ('classifier', 'dcgan', 'cgan', 'wgangp')}
    return [name, *given, *more.get(name, [])]

def there(home, name):
    "Is a file of the page's table there?"
    return any(home.glob((f'once/{Path(name).name}' if name in ONE else name).replace('ARCH', 'resnet50')))

def main():
    from pneumogan.tools import n_cores, write_json
    home = Path(sys.argv[1] if len(sys.argv)>1 else tempfile.mkdtemp()); home.mkdir(parents=True, exist_ok=True)
    run = write_images(home); env, run['weights'] = environment(home)
    run |= dict(cores=n_cores(), commands=[]); print(run, flush=True)
    lines = [small(here) for _,here in table('COMMANDS') if 'download' not in here]
    for argv in [*lines, ['pneumogan_train_classifier', '--k-folds', '1', '--epochs', '1', '--model-dir', 'once',
                          '--results-dir', 'once']]:
        start = time.time()
        done = subprocess.run(argv, cwd=home, env=env, capture_output=True, text=True)
        run['commands'].append(dict(command=shlex.join(argv), seconds=round(time.time()-start), exit=done.returncode))
        print('{seconds:5} s, exit {exit}: {command}'.format(**run['commands'][-1]), flush=True)
        if done.returncode: print(done.stdout[-2000:], done.stderr[-2000:])
    asked = lambda remark: '--save-interval' in remark or 'every so many' in remark # options its README does not give
    names = [here for _,here,remark in table('FILES') if not asked(remark)]
    gone = [o for o in names if not there(home, o)]
    for o in gone: print(f'missing: {o}')
    run |= dict(found=len(names)-len(gone), missing=len(gone))
    write_json(home/'original.json', run)
    failed = sum(o['exit']!=0 for o in run['commands'])
    print(f"{len(run['commands'])-failed+run['found']} passed, {failed+run['missing']} failed")
    sys.exit(failed+run['missing']>0)

if __name__=='__main__': main()
