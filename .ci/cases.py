"""Odd files of the kinds that public bug reports name, made by scripts outside of this repository: read right, or refused
by name. Prints one line a file; exit code 1 if one of them is misread.

  cases.py [FOLDER]     the scripts (default: cases beside $PNEUMOGAN_DATA); without them or images nothing is done
"""
import os, subprocess, sys, tempfile
from pathlib import Path
import numpy as np
from pneumogan.tools import DataError
from pneumogan.data import check_cohort, load_cohort, read_image
from pneumogan.images import read_grey
from pneumogan.predictions import read_predictions
from pneumogan.verdict import judge

DATA = Path(os.environ.get('PNEUMOGAN_DATA', Path(__file__).resolve().parents[2]/'shared'/'data'))
SCRIPTS = Path(sys.argv[1] if len(sys.argv)>1 else DATA.parent/'cases')
ORDER = 'dicom images npz pred rgbset rsna dcmtables ageimg folders tables'.split()
wrong = []

def tell(name, said, right):
    "Print what came of a file"
    print(f'{"ok    " if right else "WRONG "} {name:34} {said[:150]}')
    if not right: wrong.append(name)

def read(path):
    "facts, patients, notes and why not of a source; or why it is refused"
    try: cohort = load_cohort(path)
    except DataError as e: return None, str(e)
    facts, notes, why = check_cohort(cohort, folds=2)
    return (cohort, facts, '; '.join(notes)), ' '.join(why)

def sources(folder, wanted, refused=(), **units):
    "Every source in a folder: images, patients and unit as `wanted` or as in `units`; those in `refused` by name"
    for f in sorted(folder.iterdir()):
        if f.is_dir() and folder.name=='tab' or f.suffix=='.npy': continue
        got, why = read(f)
        if f.stem in refused: tell(f'{folder.name}/{f.name}', why, f.stem in why.replace('.', '_')); continue
        if got is None or why: tell(f'{folder.name}/{f.name}', why, False); continue
        found = got[1]['images'], got[0].df.patient_id.nunique(), got[0].unit
        tell(f'{folder.name}/{f.name}', f'{found[0]} images, {found[1]} patients, unit {found[2]}; {got[2]}',
             found==units.get(f.stem, wanted))

def images(folder, refused, shown=()):
    "Every image beside the one it was made of; padding and markers apart"
    truth = np.load(folder/'truth.npy')
    for f in sorted(o for o in folder.iterdir() if o.name!='truth.npy'):
        try: im, notes = read_grey(str(f))
        except DataError as e: tell(f'{folder.name}/{f.name}', str(e), f.name in refused and f.name in str(e)); continue
        im = im[38:262] if im.shape==(300,224) else im
        r = np.corrcoef(im[20:,60:-20].ravel(), truth[20:,60:-20].ravel())[0,1] if im.std()>0 else np.nan
        tell(f'{folder.name}/{f.name}', f'r {r:.4f}; {"; ".join(notes)}', f.name not in refused and (r>=.99 or f.name in shown))

def arrays(folder, refused):
    "Every .npz has the pixels and labels of plain.npz"
    pixels = lambda c: {i:read_image(a) for i,a in zip(c.df.image_id, c.df.image)}
    plain = pixels(load_cohort(folder/'plain.npz'))
    for f in sorted(folder.iterdir()):
        try: c = load_cohort(f)
        except DataError as e: tell(f'npz/{f.name}', str(e), f.stem in refused and f.name in str(e)); continue
        same = all(np.array_equal(v, plain[k]) for k,v in pixels(c).items())
        tell(f'npz/{f.name}', f'{len(c)} images, {(c.y==1).sum()} pneumonia', f.stem not in refused and same)

def verdict(path):
    "What is judged, and the warnings; or why not"
    try: v = judge(read_predictions(path))
    except DataError as e: return None, str(e)
    return [(round(o['difference'], 9), o['verdict']) for o in v['comparisons']], '; '.join(v['warnings'])

def predictions(folder, refused, warned, other):
    "Every table is the same study as plain.csv, or judged with a warning, or refused"
    plain, _ = verdict(folder/'plain.csv')
    for f in sorted(folder.iterdir()):
        got, said = verdict(f)
        right = got is None if f.stem in refused else bool(said) if f.stem in warned else f.stem in other or got==plain
        tell(f'pred/{f.name}', ('judged; ' if got else 'refused: ')+said, right)

def made(to):
    "Run the scripts; those that need a package that is not here are left out"
    env = os.environ | dict(CASES=str(to), PNEUMOGAN_DATA=str(DATA))
    for o in ORDER:
        done = subprocess.run([sys.executable, SCRIPTS/f'make_{o}.py'], env=env, capture_output=True, text=True)
        if done.returncode: print(f'make_{o} ended early: {done.stderr.strip().splitlines()[-1]}')
    return to

def main():
    if not (SCRIPTS/'make_tables.py').exists() or not (DATA/'chest_xray').exists():
        print(f'skipped: no scripts and images in {SCRIPTS} and {DATA}'); return 0
    with tempfile.TemporaryDirectory() as tmp:
        d = made(Path(tmp))
        image = lambda n, p: (n, p, 'image')
        sources(d/'tab', (80,40,'patient'), ('prob','url','chexpert_raw'), chexpert_label=(66,40,'patient'),
            dup_image_two_patients=(90,41,'patient'), patient_NA=image(80, 41), patient_blank=image(80, 41),
            patient_nan_word=image(80, 80))
        sources(d/'fold', (60,60,'patient'), mendeley=(60,20,'patient'), copies=(120,60,'patient'))
        sources(d/'rsna', (46,26,'patient'), ('detail_conflict',), no_class=(40,20,'patient'), no_map=(46,46,'exam'),
            no_test_images=(40,20,'patient'), partial_map=(46,30,'exam'), png=(40,20,'patient'),
            sub_images=(40,20,'patient'))
        sources(d/'dcmtab', (12,12,'patient'), ('no_pixels_dcm','constant_dcm'))
        images(d/'img', ('empty.png','html.jpg','truncated.jpg','truncated.png'))
        images(d/'dcm', ('no_pixels.dcm',), ('voilut.dcm','constant.dcm')) # a steep LUT on purpose; `check` names the other
        arrays(d/'npz', ('fewer_images','more_images','minus1_labels','multilabel14','object_labels'))
        predictions(d/'pred', 'constant_score empty fold_missing header_only identical_arms inf_score label12 leak_plain '
            'leak_space leak_zeros_lost list_score logit minus1_label nan_score no_patient percent percent_sign perfect '
            'same_test_all_folds text_score'.split(), 'hard_score one_arm_constant p_normal p_normal_one_arm'.split(),
            'arm_NA arm_None arm_share one_fold one_fold_per_repeat one_repeat rounded2 saturated'.split())
    print(f'{len(wrong)} misread' + (': '+', '.join(wrong) if wrong else ''))
    return int(bool(wrong))

if __name__=='__main__': sys.exit(main())
