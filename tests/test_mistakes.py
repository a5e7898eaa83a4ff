"""What a new user is likely to write, and the words of the one sentence that comes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import imagelab as il
from imagelab.errors import ImagelabError
from tests.finished import put_new

# The line as it is written, and what its sentence has: the value, what is right, what to do.
MISTAKES = (
    ("lab.generate()", "prompt='' is empty", "say what the image should show"),
    ("lab.generate(['a fox', 'an owl'])", "prompt=['a fox', 'an owl'] is not text", "lab.batch("),
    ("lab.generate('a fox', n=0)", "n=0 is not a whole number", "from 1 to 10,000"),
    ("lab.generate('a fox', n='2')", "n='2' is not a whole number", "from 1 to 10,000"),
    ("lab.generate('a fox', size=1024)", "size=1024", "such as '1536x1024'"),
    ("lab.generate('a fox', size=(1024, 1024))", "size=(1024, 1024)", "such as '1536x1024'"),
    ("lab.generate('a fox', size='1025x1025')", "size='1025x1025'", "Did you mean '1024x1024'?"),
    ("lab.generate('a fox', quality='hgih')", "quality='hgih'", "Did you mean 'high'?"),
    ("lab.generate('a fox', qualty='low')", "qualty='low'", "Did you mean quality=?"),
    ("lab.quote('a fox', qualty='low')", "qualty=", "Did you mean 'quality'?"),
    ("lab.generate('a fox', seed=3)", "seed=3", "extra={'seed': …}"),
    ("lab.generate('a fox', model='gpt-image2')", "'gpt-image2'", "Did you mean 'gpt-image-2'?"),
    ("lab.generate('a fox', provider='openia')", "'openia'", "Did you mean 'openai'?"),
    ("lab.generate('a fox', provider='OpenAI')", "'OpenAI'", "Did you mean 'openai'?"),
    ("lab.generate('a fox', tags='fox')", "tags='fox' is one word", "tags=['fox']"),
    ("lab.generate('a fox', tags=(t for t in 'ab'))", "is not a list of words", "tags=['fox']"),
    ("lab.generate('a fox', images='no.png')", "no file 'no.png'", "a path or a data URI"),
    ("lab.generate('a fox', images=3.5)", "float is not an image", "a PIL image, an array"),
    ("lab.generate('a fox', images=folder)", "is a folder", "give the path of one image"),
    ("lab.generate('a fox', images=np.ones((4, 4, 7)))", "shape (4, 4, 7)", "uint8"),
    ("lab.generate('a fox', images=b'hello')", "is text, not an image", "PNG, JPEG and WebP"),
    ("lab.generate('a fox', images='https://example.com/a.png')", "example.com", "give a file"),
    ("lab.generate('a fox', mask=fox)", "mask=", "in images="),
    ("lab.generate('a fox', format='bmp')", "format='bmp'", "'png', 'jpeg', 'webp'"),
    ("lab.generate('a fox', extra={'n': 3})", "extra={'n': …}", "use n="),
    ("fox.edit('a hat', mask=Image.new('RGBA', (9, 9)))", "the mask is 9×9", "its image's size"),
    ("fox.edit('a hat', mask=Image.new('RGB', fox.image.size))", "no clear pixel", "alpha is 0"),
    ("fox.rate(6)", "rating 6", "1 to 5 stars, or 0"),
    ("fox.rate('5')", "rating '5'", "1 to 5 stars, or 0"),
    ("fox.tag(['a', 'b'])", "['a', 'b'] is several", "tag('a', 'b')"),
    ("fox.save('fox.jpg')", "asset #1 is png", "'fox.png', or pass convert=True"),
    ("fox.code('java')", "style='java'", "imagelab, python, curl"),
    ("lab.asset(999)", "no asset #999", "lab.search() shows all"),
    ("lab.asset('fox')", "no asset 'fox'", "lab.search('fox') looks for words"),
    ("lab.generation(999)", "no generation g999", "lab.generations() lists those that are"),
    ("lab.search(rating=5)", "rating=5", "lab.search('rating:5')"),
    ("lab.search('rating>=4')", "a field has a colon", "write rating:>=4"),
    ("lab.search('rating=4')", "a field has a colon", "write rating:4"),
    ("lab.search('ratng:5')", "no field 'ratng'", "did you mean rating:?"),
    ("lab.search('is:edits')", "does not know 'edits'", "did you mean 'edit'?"),
    ("lab.search('(fox')", "this bracket is not closed", "add a )"),
    ("lab.search(['fox'])", "['fox'] is not a query", "such as 'fox rating:>=4'"),
    ("lab.search('fox', sort='newest')", "does not know 'newest'", "date, cost, rating, id"),
    ("lab.searches['heroes']", "named 'heroes'", "lab.searches.save(name, query) saves one"),
    ("g[7]", "g1 has no image 7: succeeded, 1 of 1", "the first is g[0]"),
    ("g.wait('5')", "timeout='5'", "a number of seconds"),
    ("g.settle(charged=0.05)", "charged=0.05", "il.Cost(Decimal('0.04'))"),
    ("g.settle(charged=il.Cost(Decimal('0.05')))", "g1 is succeeded", "nothing to settle"),
    ("il.Cost(0.05)", "amount=0.05 is not an exact amount", "il.Cost(Decimal('0.04'))"),
    ("il.Cost(Decimal(5), 'eur')", "unit='eur'", "'usd', 'credits'"),
    ("il.wait(fox)", "is nothing to wait for", "il.wait([g1, g2])"),
    ("lab.budget(total='5')", "total='5' is not an amount in dollars", "il.NO_LIMIT"),
    ("lab.budget(per_month=5)", "per_month=5", "total=, per_day= and credits="),
    ("lab.sweep('a fox')", "nothing to sweep over", "such as quality=['low', 'high']"),
    ("lab.sweep('a {animal}')", "{animal}", "pass animal=[…]"),
    ("lab.sweep('a {a}', a=['x'], qualty=['low'])", "qualty=", "Did you mean 'quality'?"),
    ("lab.batch('a fox')", "rows='a fox' is not rows", "a list of prompts"),
    ("lab.batch(pd.DataFrame({'promt': ['a']}))", "column 'promt'", "Did you mean 'prompt'?"),
    ("lab.batch([{'quality': 'low'}])", "row 0: it has no prompt", "say what"),
    ("lab.export(folder)", "was not exported by imagelab", "name another place"),
    ("lab.export('new', format='zip')", "format='zip'", "imagefolder, csv"),
    ("lab.export('new', split=2)", "split=2", "such as 0.1"),
    ("lab.add(r'C:\\pictures\\fox.png')", r"C:\\pictures\\fox.png", "a folder or a glob"),
    ("lab.merge('no.db')", "no.db", "name its file"),
    ("lab.sql('delete from assets')", "only reads", "one SELECT over assets"),
    ("lab.sql('select ?', 3)", "params=3", "params=[…]"),
    ("lab.spend(by='week')", "by='week'", "provider, model, quality, day"),
    ("lab.models('openai')", "refresh='openai'", "True or False"),
    ("lab.compare(fox)", "1 asset cannot be compared", "two to 4"),
    ("lab.compare([fox, fox])", "one by one", "lab.compare(*assets)"),
    ("il.open(lab_path, sandbox=False)", "is a sandbox catalog", "sandbox=True"),
    ("il.open(folder, sandbox=True)", "is a folder", "a catalog is a file"),
    ("il.open(sandbx=True)", "il.open() does not take sandbx=True", "Did you mean sandbox=?"),
    ("il.open(keys='sk-123', sandbox=True)", "keys= is not a dict", "{'openai': …}"),
    ("il.login('openia')", "'openia'", "Did you mean 'openai'?"),
    ("closed.generate('a fox')", "was closed", "open it again"),
    ("closed.gallery()", "was closed", "open it again"),
    ("real.generate('a fox', model='openai/gpt-image-2')", "no key for openai", "OPENAI_API_KEY"),
)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    here = tmp_path_factory.mktemp("mistakes")
    (here / "folder").mkdir()
    (here / "folder" / "mine.txt").touch()
    put_new(here / "sandbox.db")
    closed = il.open(here / "closed.db", sandbox=True)
    closed.close()
    with (
        pytest.MonkeyPatch.context() as patched,
        il.open(here / "sandbox.db", sandbox=True) as lab,
        il.open(here / "real.db", sandbox=False) as real,
    ):
        patched.chdir(here)
        g = lab.generate("a fox", quality="low")
        yield {
            "il": il,
            "np": np,
            "pd": pd,
            "Image": Image,
            "Decimal": Decimal,
            "lab": lab,
            "real": real,
            "closed": closed,
            "g": g,
            "fox": g[0],
            "folder": here / "folder",
            "lab_path": here / "sandbox.db",
        }


@pytest.mark.parametrize(("line", "value", "right"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_a_mistake_is_told_in_one_sentence(
    names: dict[str, Any], line: str, value: str, right: str
) -> None:
    with pytest.raises((ImagelabError, IndexError), match=re.escape(value)) as told:
        eval(line, names)  # noqa: S307 - the lines of the table above

    assert right in str(told.value)
    assert "\n" not in str(told.value)
    assert not str(told.value).endswith(".")


def test_after_all_these_mistakes_nothing_was_sent_and_nothing_lost(names: dict[str, Any]) -> None:
    assert names["lab"].sql("select id from generations")["id"].tolist() == [1]
    assert not Path("new").exists()
    assert Path("folder/mine.txt").exists()


def test_a_lab_may_be_closed_twice(names: dict[str, Any]) -> None:
    names["closed"].close()

    with pytest.raises(ImagelabError, match=r"closed\.db was closed; open it again"):
        names["closed"].search("fox")
