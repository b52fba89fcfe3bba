"""The commands of the README that nbs/coming_from.ipynb lists, run as they stand there:  python .ci/original.py [folder]

60 images in RSNA's layout, one epoch, few synthetic images; everything else at its default: 224 pixels, five folds, a
ResNet-50. The images are chest X-rays where PNEUMOGAN_DATA has a folder chest_xray, else phantoms (no X-rays). Where the
ImageNet weights of the ResNet-50 cannot be had, random ones stand in for them, for these commands alone. Prints seconds
and exit code of each command, looks for every file of the page's table, and ends with 'N passed, N failed'."""
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
    print(f'60 images of {cohort.name}')

def environment(home):
    "As it is; where ImageNet's weights cannot be had, with a folder of weights that holds random ones in their place"
    import torch
    from torchvision.models import ResNet50_Weights, resnet50
    name, env = Path(ResNet50_Weights.DEFAULT.url).name, dict(os.environ)
    if (Path(torch.hub.get_dir())/'checkpoints'/name).exists(): return env
    to = home/'torch/hub/checkpoints'/name; to.parent.mkdir(parents=True)
    try: torch.hub.download_url_to_file(ResNet50_Weights.DEFAULT.url, to, progress=False)
    except OSError:
        print('no ImageNet weights here: random ones stand in for them')
        torch.manual_seed(0); torch.save(resnet50().state_dict(), to)
    return env | dict(TORCH_HOME=str(home/'torch'))

def small(line):
    "A line of the README, with one epoch and few synthetic images"
    name, *given = shlex.split(line)
    few = '--num-images-per-class' if '--num-images-per-class' in given else '--num-images'
    more = {'pneumogan_synthesize': [few, '30']} | {f'pneumogan_train_{o}': ['--epochs', '1'] for o in
                                                   ('classifier', 'dcgan', 'cgan', 'wgangp')}
    return [name, *given, *more.get(name, [])]

def main():
    home = Path(sys.argv[1] if len(sys.argv)>1 else tempfile.mkdtemp()); home.mkdir(parents=True, exist_ok=True)
    write_images(home)
    env, passed, failed = environment(home), 0, 0
    lines = [small(here) for _,here in table('COMMANDS') if 'download' not in here]
    for argv in [*lines, ['pneumogan_train_classifier', '--k-folds', '1', '--epochs', '1', '--model-dir', 'once',
                          '--results-dir', 'once']]:
        start = time.time()
        done = subprocess.run(argv, cwd=home, env=env, capture_output=True, text=True)
        print(f'{time.time()-start:5.0f} s, exit {done.returncode}: {shlex.join(argv)}', flush=True)
        if done.returncode: print(done.stdout[-2000:], done.stderr[-2000:])
        passed, failed = passed + (not done.returncode), failed + bool(done.returncode)
    for _,here,remark in table('FILES'):
        asked = '--save-interval' in remark or 'every so many' in remark     # options that the README does not give
        name = here.replace('ARCH', 'resnet50')
        there = sorted(home.glob(f'once/{Path(name).name}' if here in ONE else name))
        if asked: continue
        if not there: print(f'missing: {here}')
        passed, failed = passed + bool(there), failed + (not there)
    print(f'{passed} passed, {failed} failed')
    sys.exit(failed>0)

if __name__=='__main__': main()
