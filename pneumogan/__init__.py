"""Do GAN-made chest X-rays make a pneumonia classifier better?

The ten names that most people need; everything else is in the modules. Nothing is imported before it is asked for."""
__version__ = "0.3.0"
from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

if _TYPE_CHECKING: # what editors and type checkers read
    from .data import load_cohort
    from .store import build_store
    from .dcgan import GANConfig, make_game
    from .training import train_gan
    from .synthesis import synthesize
    from .plan import make_settings
    from .study import run_study
    from .predictions import read_predictions
    from .verdict import judge

__all__ = ['load_cohort', 'build_store', 'GANConfig', 'make_game', 'train_gan', 'synthesize', 'make_settings',
    'run_study', 'read_predictions', 'judge']
_HOME = dict(zip(__all__, 'data store dcgan dcgan training synthesis plan study predictions verdict'.split()))
_WITH = dict(GANConfig='synthesis', make_game='synthesis', judge='page') # all families of GANs; how a verdict draws itself

def __getattr__(name):
    "A name from the module that has it (PEP 562)"
    if name not in _HOME: raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    if name in _WITH: _import_module(f'{__name__}.{_WITH[name]}')
    return getattr(_import_module(f'{__name__}.{_HOME[name]}'), name)

def __dir__(): return sorted({*globals(), *_HOME})
