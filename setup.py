"""Packaging: every value stands in settings.ini, where nbdev 2 reads it too."""
from configparser import ConfigParser
from pathlib import Path
from setuptools import find_packages, setup
from setuptools.command.sdist import sdist

root = Path(__file__).parent
parser = ConfigParser(delimiters=['='])
parser.read(root/'settings.ini', encoding='utf-8')
cfg = parser['DEFAULT']
lib = cfg['lib_name']
readme = root/'README.md'
licenses = {'mit': 'MIT', 'apache2': 'Apache-2.0'}

class SourceArchive(sdist):
    "A source archive that can be built: `settings.ini` goes along"
    def make_distribution(self):
        self.filelist.append('settings.ini')
        super().make_distribution()

setup(
    name=lib,
    version=cfg['version'],
    description=cfg['description'],
    long_description=readme.read_text(encoding='utf-8') if readme.exists() else cfg['description'],
    long_description_content_type='text/markdown',
    url=cfg['git_url'],
    project_urls=dict(line.split('=', 1) for line in cfg['project_urls'].split()),
    classifiers=cfg['classifiers'].strip().splitlines(),
    author=cfg['author'],
    author_email=cfg['author_email'],
    license=licenses[cfg['license']],
    license_files=['LICENSE'],
    keywords=cfg['keywords'].split(),
    packages=find_packages(include=[cfg['lib_path'], cfg['lib_path'] + '.*']),
    package_data={lib: ['py.typed', 'templates/*']}, # report.html is made from the templates
    python_requires='>=' + cfg['min_python'],
    install_requires=cfg['requirements'].split(),
    extras_require={k.removesuffix('_requirements'): v.split() for k, v in cfg.items() if k.endswith('_requirements')},
    entry_points={
        'console_scripts': cfg['console_scripts'].split(),
        'nbdev': [f'{lib}={lib}._modidx:d'], # makes links from backticks in the docs
    },
    cmdclass={'sdist': SourceArchive},
    zip_safe=False,
)
