"""Do GAN-made chest X-rays make a pneumonia classifier better?

The ten names that most people need; everything else is in the modules. Nothing is imported before it is asked for."""
__version__ = "0.2.0"
from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

if _TYPE_CHECKING: # what editors and type checkers read
    from .data import load_cohort as load_cohort
    from .store import build_store as build_store
    from .dcgan import GANConfig as GANConfig, make_game as make_game
    from .training import train_gan as train_gan
    from .synthesis import synthesize as synthesize
    from .plan import make_settings as make_settings
    from .study import run_study as run_study
    from .predictions import read_predictions as read_predictions
    from .verdict import judge as judge

_HOME = dict(load_cohort='data', build_store='store', GANConfig='dcgan', make_game='dcgan', train_gan='training',
    synthesize='synthesis', make_settings='plan', run_study='study', read_predictions='predictions', judge='verdict')
__all__ = list(_HOME)

def __getattr__(name):
    "A name from the module that has it (PEP 562)"
    if name not in _HOME: raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    return getattr(_import_module(f'{__name__}.{_HOME[name]}'), name)

def __dir__(): return sorted({*globals(), *_HOME})
