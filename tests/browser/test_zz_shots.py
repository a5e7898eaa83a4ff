from __future__ import annotations
import os, time
from pathlib import Path
from tests.browser.conftest import Open
from tests.browser.views import OPEN
S = Path("/tmp/lab/shots-sweep")
SWEEP = '''
os.environ["IMAGELAB_SANDBOX_FAULT"] = ""
sweep = lab.sweep("a {animal} reading a book, {style}", animal=["fox", "owl", "hare in a very long waistcoat that somebody knitted"], style=["ink drawing", "oil painting", "flat vector"], quality=["low", "medium"], n=2)
sweep.rate(4, animal="owl", style="ink drawing")
sweep'''
BIG = '''
big = lab.sweep("{a} and {b}", a=[f"fox {i}" for i in range(50)], b=[f"owl {i}" for i in range(50)], confirm=True, wait=False, quality="low")
time.sleep(6); print(big.cancel())
big'''
BLIND = 'blind = sweep.blind(pairs=12); blind'
def test_shots(open_notebook: Open) -> None:
    nb = open_notebook("import os\n" + OPEN, SWEEP, BLIND, BIG, width=1300, height=1000)
    nb.run(0); nb.run(1)
    page = nb.page
    page.locator(".il-sweep[data-shown]").first.wait_for(); time.sleep(1.5)
    v = page.locator(".il-sweep").first
    v.scroll_into_view_if_needed(); v.screenshot(path=S/"sweep-light.png")
    v.locator(".il-cell").nth(4).click(); page.keyboard.press("r"); time.sleep(1); 
    page.evaluate("jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"); time.sleep(1.5)
    v.screenshot(path=S/"sweep-dark.png")
    nb.run(2); b = page.locator(".il-blind[data-shown]"); b.wait_for(); time.sleep(1)
    b.screenshot(path=S/"blind-dark.png")
    nb.python("import random; random.seed(1)\nwhile blind.pair: blind.judge(random.choice(['left','right','tie']))"); time.sleep(1)
    b.screenshot(path=S/"blind-table-dark.png")
    page.evaluate("jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})"); time.sleep(1.5)
    b.screenshot(path=S/"blind-table.png")
    b.focus(); page.keyboard.press("u"); time.sleep(.7); b.screenshot(path=S/"blind-light.png")
    page.set_viewport_size({"width": 760, "height": 900}); time.sleep(1)
    v.scroll_into_view_if_needed(); v.screenshot(path=S/"sweep-narrow.png")
    b.scroll_into_view_if_needed(); b.screenshot(path=S/"blind-narrow.png")
    page.set_viewport_size({"width": 1300, "height": 1000})
    nb.run(3, wait=False)
    g = page.locator(".il-sweep").nth(1); g.and_(page.locator("[data-shown]")).wait_for(timeout=120000); time.sleep(2)
    g.scroll_into_view_if_needed(); time.sleep(1); g.screenshot(path=S/"sweep-big.png")
    print("cells drawn", g.locator(".il-cell:visible").count())
    body = g.locator(".il-plane-body")
    r = page.evaluate("""async () => { const body = document.querySelectorAll('.il-plane-body')[1]; const times = []; let last = performance.now();
      for (let i = 0; i < 120; i++) { body.scrollTop += 60; body.scrollLeft += 20; await new Promise(requestAnimationFrame); const now = performance.now(); times.push(now - last); last = now; }
      times.sort((a, b) => a - b); return [times[60], times[114], times[119], body.scrollTop]; }""")
    print("frames", r); time.sleep(1.5)
    g.screenshot(path=S/"sweep-big-scrolled.png")
